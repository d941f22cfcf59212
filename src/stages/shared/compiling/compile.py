"""Compiles every file below the working folder, imports modules, and looks for names that their code cannot know.

Arguments: the file for the report, where the modules are found, the modules. The report is a list in JSON."""
import builtins, compileall, dis, importlib, json, os, sys, traceback

report, root, modules = sys.argv[1], sys.argv[2], sys.argv[3:]
here = os.getcwd()
said = []


def say(kind, file, line, column, message):
    file = os.path.relpath(file, here) if file else ""
    said.append({"kind": kind, "file": file, "line": line or 0, "column": column, "message": message})


def of_syntax(error, file):
    # A column of an error counts characters.
    text = (error.text or "")[: max((error.offset or 1) - 1, 0)]
    say("refused", file, error.lineno, len(text.encode()), "%s: %s" % (type(error).__name__, error.msg))


def codes(code):
    yield code
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            yield from codes(constant)


def unknown(module):
    """Names that are neither of the module nor built in, and that nothing in it makes."""
    file = getattr(module, "__file__", None)
    with open(file, "rb") as source:
        whole = compile(source.read(), file, "exec")
    loads = [(i, code) for code in codes(whole) for i in dis.get_instructions(code)]
    made = {i.argval for i, _ in loads if i.opname in ("STORE_GLOBAL", "STORE_NAME")}
    line = None
    for i, code in loads:
        positions = getattr(i, "positions", None)
        line = getattr(positions, "lineno", None) or (i.starts_line if isinstance(i.starts_line, int) else line)
        if i.opname == "LOAD_GLOBAL" and i.argval not in made | vars(module).keys() and not hasattr(builtins, i.argval):
            say("unknown", file, line, getattr(positions, "col_offset", None), "name '%s' is not defined" % i.argval)


def run():
    if not compileall.compile_dir(".", quiet=2):
        for folder, _, names in sorted(os.walk(".")):
            for name in sorted(name for name in names if name.endswith(".py")):
                path = os.path.join(folder, name)
                try:
                    with open(path, "rb") as source:
                        compile(source.read(), path, "exec", dont_inherit=True)
                except SyntaxError as error:
                    of_syntax(error, path)
                except ValueError as error:
                    say("refused", path, 1, None, str(error))
        if said:
            return
    sys.path.insert(0, root)
    for name in modules:
        try:
            module = importlib.import_module(name)
        except SyntaxError as error:
            of_syntax(error, error.filename)
        except BaseException as error:
            missing = isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0]
            if missing and missing not in {module.split(".")[0] for module in modules}:
                say("missing", None, None, None, missing)
                continue
            frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.abspath(f.filename).startswith(here)]
            file, line = (frames[-1].filename, frames[-1].lineno) if frames else (None, None)
            say("refused", file, line, None, "%s: %s" % (type(error).__name__, error))
        else:
            unknown(module)


run()
with open(report, "w") as out:
    json.dump(said, out)
# Threads that an import began do not keep this from ending.
os._exit(1 if any(entry["kind"] != "unknown" for entry in said) else 0)
