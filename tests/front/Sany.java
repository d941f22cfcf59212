// Runs SANY on the files named on stdin, one a line, all in this JVM, after copying its standard modules to the directory
// given as argument. For each file it prints `@@ <file>`, what SANY printed, and `@@ end <exit>`.

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

import tla2sany.drivers.SANY;
import tla2sany.modanalyzer.SpecObj;

public class Sany {
  public static void main(String[] args) throws Exception {
    extract(Path.of(args[0]));
    PrintStream out = System.out;
    BufferedReader names = new BufferedReader(new InputStreamReader(System.in));
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      PrintStream all = new PrintStream(printed);
      System.setOut(all);
      System.setErr(all);
      util.ToolIO.out = all;
      util.ToolIO.err = all;
      int exit;
      try {
        String directory = new File(name).getParent();
        exit = SANY.frontEndMain(new SpecObj(name, new util.SimpleFilenameToStream(directory)), name, all);
      } catch (Throwable thrown) {
        thrown.printStackTrace(all);
        exit = -2;
      }
      all.flush();
      out.println("@@ " + name);
      out.println(printed);
      out.println("@@ end " + exit);
    }
    out.flush();
  }

  private static void extract(Path directory) throws Exception {
    File jar = new File(SANY.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile modules = new JarFile(jar)) {
      for (JarEntry entry : java.util.Collections.list(modules.entries())) {
        if (entry.getName().startsWith("tla2sany/StandardModules/") && entry.getName().endsWith(".tla")) {
          try (InputStream text = modules.getInputStream(entry)) {
            Files.copy(text, directory.resolve(new File(entry.getName()).getName()));
          }
        }
      }
    }
  }
}
