//! A critical section of Rust: from the `let` that binds its guard to the end of that guard.
//!
//! What is written at the end is a variable declared behind the guard, so that it is dropped before it: a way out that has
//! no place of its own, a panic or a `?` inside a macro, is an event with `aborted`, and still inside.

use tree_sitter::Node;

use super::Call;
use super::TRY;
use super::WORDS;
use super::around;
use super::unreachable_allowed;
use crate::base::diag::Diagnostic;
use crate::instrument::Edit;
use crate::instrument::Insertion;
use crate::instrument::Site;
use crate::instrument::place;

/// Loops, which `break` and `continue` are about.
const LOOPS: [&str; 3] = ["loop_expression", "while_expression", "for_expression"];

/// Begins behind the statement, and ends at each `drop` of the guard and each way out of its block.
pub(super) fn insertion(site: &Site<'_>, body: Node<'_>, is_async: bool) -> Result<Insertion, Diagnostic> {
    if site.probe.atomic {
        let hint = "two locks that are taken in another order each would wait for each other; leave `atomic` out";
        return Err(site.refuse("instrument/trigger", "`atomic` is not for a critical section").hint(hint));
    }
    let lock = place::statement(site, body, &WORDS)?;
    let text_of = |node: Node<'_>| place::squeezed(site.text.get(node.byte_range()).unwrap_or_default());
    let pattern = lock.child_by_field_name("pattern").filter(|_| lock.kind() == "let_declaration");
    let (Some(guard), Some(block)) = (pattern.filter(|node| node.kind() == "identifier"), lock.parent()) else {
        let hint = "name the `let` that binds the guard: `let state = self.state.lock();`";
        return Err(place::no_section(site, &format!("`{}` binds no guard", text_of(lock)), hint));
    };
    let line = place::line(lock);
    let name = format!("specgen_call_{line}");
    let call = Call { name: &name, line, is_async };
    let mut edits = vec![Edit::insert(lock.end_byte(), call.begin(site))];
    for node in place::own(block, &WORDS, &["call_expression"], lock.end_byte()) {
        if drops(node, &text_of(guard), &text_of) {
            edits.push(Edit::insert(
                node.start_byte(),
                format!("{{ let result = (); let _ = &result; {}; ", call.end(site)),
            ));
            edits.push(Edit::insert(node.end_byte(), " }"));
        }
    }
    let kinds = [WORDS.returns, "break_expression", "continue_expression"];
    let mut jumps = place::own(block, &WORDS, &kinds, lock.end_byte());
    jumps.retain(|jump| leaves(*jump, block, site.text));
    let no_value = block != body || site.function.result.is_empty();
    let tried = place::own(block, &WORDS, &[TRY], lock.end_byte());
    edits.extend(around(&jumps, &tried, block, no_value, site.text, &|_| call.end(site)).0);
    edits.extend(unreachable_allowed(block, body));
    Ok(Insertion { edits, lines: vec![line] })
}

/// Whether a call is a `drop` of the guard.
fn drops(call: Node<'_>, guard: &str, text_of: &dyn Fn(Node<'_>) -> String) -> bool {
    let part = |field: &str| call.child_by_field_name(field).map(text_of).unwrap_or_default();
    let function = part("function");
    (function == "drop" || function.ends_with("::drop")) && part("arguments") == format!("({guard})")
}

/// Whether a jump leaves a block: a return does, and what goes on with or ends a loop around the block.
fn leaves(jump: Node<'_>, block: Node<'_>, text: &str) -> bool {
    let label = |node: Node<'_>| {
        let mut cursor = node.walk();
        let label = node.named_children(&mut cursor).find(|child| child.kind() == "label");
        label.and_then(|label| text.get(label.byte_range()))
    };
    let wanted = label(jump);
    let mut inside = std::iter::successors(jump.parent(), Node::parent).take_while(|node| *node != block);
    jump.kind() == WORDS.returns
        || !inside.any(|node| match wanted {
            Some(wanted) => label(node) == Some(wanted),
            None => LOOPS.contains(&node.kind()),
        })
}
