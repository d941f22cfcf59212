//! DOT, the language of Graphviz.

use std::fmt::Write as _;

use super::Graph;
use super::Node;
use super::Part;
use super::Shape;

/// The graphs as one text, each in a frame of its own.
pub fn dot(graphs: &[Graph]) -> String {
    let mut writer = Writer { text: "digraph {\n  node [fontname=monospace, fontsize=11]\n".to_owned(), nodes: 0 };
    for (number, graph) in graphs.iter().enumerate() {
        writer.line(&format!("subgraph cluster_{} {{ label={}", number + 1, quoted(&graph.name)));
        let start = writer.node(&graph.head);
        let ends = writer.part(&graph.body, vec![(start, String::new())]);
        let end = writer.node(&Graph::end());
        writer.edges(&ends, end);
        writer.line("}");
    }
    writer.text.push_str("}\n");
    writer.text
}

/// The ways that are open, with what is written on them.
type Open = Vec<(usize, String)>;

struct Writer {
    text: String,
    nodes: usize,
}

impl Writer {
    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "  {line}");
    }

    fn node(&mut self, node: &Node) -> usize {
        self.nodes += 1;
        let shape = match node.shape {
            Shape::Start | Shape::End => "shape=oval",
            Shape::Step => "shape=box",
            Shape::Guard => "shape=box, style=dashed",
            Shape::Fork => "shape=hexagon",
        };
        // `\l` ends a line that begins at the left.
        let label = if node.lines.len() == 1 { node.lines[0].clone() } else { node.lines.join("\n") + "\n" };
        self.line(&format!("n{} [{shape}, label={}]", self.nodes, quoted(&label)));
        self.nodes
    }

    fn edges(&mut self, from: &Open, to: usize) {
        for (from, label) in from {
            let label = if label.is_empty() { String::new() } else { format!(" [label={}]", quoted(label)) };
            self.line(&format!("n{from} -> n{to}{label}"));
        }
    }

    /// Writes a part that is entered by the open ways; the ways out of it.
    fn part(&mut self, part: &Part, open: Open) -> Open {
        match part {
            Part::Step(node) => {
                let node = self.entered(node, &open);
                vec![(node, String::new())]
            }
            Part::Sequence(parts) => parts.iter().fold(open, |open, part| self.part(part, open)),
            Part::Fork(node, arms) => {
                let fork = self.entered(node, &open);
                arms.iter().flat_map(|(label, arm)| self.part(arm, vec![(fork, label.clone())])).collect()
            }
            Part::Loop(node, body) => {
                let turn = self.entered(node, &open);
                let back = self.part(body, vec![(turn, "each".to_owned())]);
                self.edges(&back, turn);
                vec![(turn, "done".to_owned())]
            }
        }
    }

    fn entered(&mut self, node: &Node, open: &Open) -> usize {
        let node = self.node(node);
        self.edges(open, node);
        node
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\l"))
}
