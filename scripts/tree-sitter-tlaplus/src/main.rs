//! For each file of standard input a line: the line of the first ERROR or MISSING node, from 1, or 0; and microseconds.

use std::io::BufRead as _;
use std::time::Instant;

use tree_sitter::Node;
use tree_sitter::Parser;

fn first_error(node: Node<'_>) -> Option<usize> {
    if node.is_error() || node.is_missing() {
        return Some(node.start_position().row + 1);
    }
    let mut cursor = node.walk();
    let children: Vec<_> = node.children(&mut cursor).filter(Node::has_error).collect();
    children.into_iter().find_map(first_error)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_tlaplus::LANGUAGE.into())?;
    for path in std::io::stdin().lock().lines() {
        let text = std::fs::read(path?)?;
        let start = Instant::now();
        let tree = parser.parse(&text, None).ok_or("no tree")?;
        let time = start.elapsed().as_micros();
        println!("{} {time}", first_error(tree.root_node()).unwrap_or(0));
    }
    Ok(())
}
