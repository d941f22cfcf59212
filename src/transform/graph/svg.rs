//! The drawing: what follows stands below, ways that part stand side by side, and a loop comes back on the left.

use std::fmt::Write as _;

use super::Graph;
use super::Node;
use super::Part;
use super::Shape;
use crate::base::text::in_xml;

/// Pixels: a character, a line, the inside of a node's edge, between what stands below and beside each other, around all.
const CHARACTER: f32 = 6.7;
const LINE: f32 = 15.0;
const PADDING: f32 = 8.0;
const BELOW: f32 = 26.0;
const BESIDE: f32 = 28.0;
const MARGIN: f32 = 20.0;

const STYLE: &str = "\
text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#1c2733;white-space:pre}.way{fill:#66788a}\
.node{fill:#fff;stroke:#9fb1c2}.guard{stroke-dasharray:4 3}.fork{fill:#dcebfa;stroke:#0b5cad}\
.start,.end{fill:#eef3f8}.edge{stroke:#0b5cad;fill:none}";

/// How far a part reaches to both sides of the line on which it is entered and left, and down.
#[derive(Clone, Copy, Default)]
struct Size {
    left: f32,
    right: f32,
    height: f32,
}

/// The graphs below each other as one self-contained SVG.
pub fn svg(graphs: &[Graph]) -> String {
    let parts: Vec<Part> = graphs.iter().map(whole).collect();
    let sizes: Vec<Size> = parts.iter().map(size).collect();
    let left = sizes.iter().map(|size| size.left).fold(0.0, f32::max);
    let right = sizes.iter().map(|size| size.right).fold(0.0, f32::max);
    let mut canvas = Canvas { body: String::new() };
    let mut y = MARGIN;
    for (part, size) in parts.iter().zip(&sizes) {
        canvas.part(part, MARGIN + left, y);
        y += size.height + 2.0 * BELOW;
    }
    let (width, height) = (left + right + 2.0 * MARGIN, y - 2.0 * BELOW + MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n\
         <style>{STYLE}</style>\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#0b5cad\"/></marker></defs>\n\
         <rect width=\"{width:.0}\" height=\"{height:.0}\" fill=\"#fff\"/>\n{}</svg>\n",
        canvas.body
    )
}

/// The graph from its head to its end.
fn whole(graph: &Graph) -> Part {
    Part::Sequence(vec![Part::Step(graph.head.clone()), graph.body.clone(), Part::Step(Graph::end())])
}

/// The parts of a sequence, sequences in it opened.
fn steps(parts: &[Part]) -> Vec<&Part> {
    let opened = parts.iter().flat_map(|part| match part {
        Part::Sequence(inner) => steps(inner),
        _ => vec![part],
    });
    opened.collect()
}

fn text_width(text: &str) -> f32 {
    // Labels are far shorter than what f32 counts exactly.
    text.chars().count() as f32 * CHARACTER
}

fn node_size(node: &Node) -> Size {
    let width = node.lines.iter().map(|line| text_width(line)).fold(0.0, f32::max) + 2.0 * PADDING;
    Size { left: width / 2.0, right: width / 2.0, height: node.lines.len() as f32 * LINE + 2.0 * PADDING }
}

fn size(part: &Part) -> Size {
    match part {
        Part::Step(node) => node_size(node),
        Part::Sequence(parts) => {
            let sizes: Vec<Size> = steps(parts).into_iter().map(size).collect();
            let gaps = sizes.len().saturating_sub(1) as f32 * BELOW;
            Size {
                left: sizes.iter().map(|size| size.left).fold(0.0, f32::max),
                right: sizes.iter().map(|size| size.right).fold(0.0, f32::max),
                height: sizes.iter().map(|size| size.height).sum::<f32>() + gaps,
            }
        }
        Part::Fork(node, arms) => fork_size(node, &arms.iter().map(arm_size).collect::<Vec<_>>()),
        Part::Loop(node, body) => {
            let (node, body) = (node_size(node), size(body));
            Size {
                left: node.left.max(body.left) + BESIDE,
                right: node.right.max(body.right) + BESIDE,
                height: node.height + BELOW + body.height + 2.0 * BELOW,
            }
        }
    }
}

fn fork_size(node: &Node, arms: &[Size]) -> Size {
    let node = node_size(node);
    let half = row_width(arms) / 2.0;
    let tallest = arms.iter().map(|size| size.height).fold(0.0, f32::max);
    Size { left: node.left.max(half), right: node.right.max(half), height: node.height + 2.0 * BELOW + tallest + BELOW }
}

/// An arm is as wide as what is written on the way to it.
fn arm_size((label, arm): &(String, Part)) -> Size {
    let (size, label) = (size(arm), text_width(label) + 4.0);
    Size { right: size.right.max(label), ..size }
}

fn row_width(sizes: &[Size]) -> f32 {
    sizes.iter().map(|size| size.left + size.right).sum::<f32>() + sizes.len().saturating_sub(1) as f32 * BESIDE
}

struct Canvas {
    body: String,
}

impl Canvas {
    /// Draws a part that is entered at this point; how far down it is left.
    fn part(&mut self, part: &Part, x: f32, y: f32) -> f32 {
        match part {
            Part::Step(node) => self.node(node, x, y),
            Part::Sequence(parts) => {
                let mut bottom = y;
                for (index, step) in steps(parts).into_iter().enumerate() {
                    if index > 0 {
                        self.arrow(&[(x, bottom), (x, bottom + BELOW)]);
                        bottom += BELOW;
                    }
                    bottom = self.part(step, x, bottom);
                }
                bottom
            }
            Part::Fork(node, arms) => self.fork(node, arms, x, y),
            Part::Loop(node, body) => self.turns(node, body, x, y),
        }
    }

    fn fork(&mut self, node: &Node, arms: &[(String, Part)], x: f32, y: f32) -> f32 {
        let sizes: Vec<Size> = arms.iter().map(arm_size).collect();
        let bottom = y + fork_size(node, &sizes).height;
        let parts = self.node(node, x, y);
        let mut left = x - row_width(&sizes) / 2.0;
        for ((label, arm), size) in arms.iter().zip(&sizes) {
            let middle = left + size.left;
            let top = parts + 2.0 * BELOW;
            self.arrow(&[(x, parts), (x, parts + BELOW / 2.0), (middle, parts + BELOW / 2.0), (middle, top)]);
            self.text(label, middle + 4.0, top - BELOW / 2.0, "way");
            let ends = self.part(arm, middle, top);
            self.line(&[(middle, ends), (middle, bottom), (x, bottom)]);
            left += size.left + size.right + BESIDE;
        }
        bottom
    }

    fn turns(&mut self, node: &Node, body: &Part, x: f32, y: f32) -> f32 {
        let (own, inner) = (node_size(node), size(body));
        let (left, right) = (own.left.max(inner.left) + BESIDE / 2.0, own.right.max(inner.right) + BESIDE / 2.0);
        let (middle, below) = (y + own.height / 2.0, self.node(node, x, y));
        self.arrow(&[(x, below), (x, below + BELOW)]);
        self.text("each", x + 4.0, below + BELOW / 2.0, "way");
        let ends = self.part(body, x, below + BELOW);
        let back = ends + BELOW / 2.0;
        self.arrow(&[(x, ends), (x, back), (x - left, back), (x - left, middle), (x - own.left, middle)]);
        let bottom = ends + 2.0 * BELOW;
        self.line(&[(x + own.right, middle), (x + right, middle), (x + right, bottom), (x, bottom)]);
        self.text("done", x + right + 3.0, middle + BELOW, "way");
        bottom
    }

    /// Draws a node below this point; where it ends.
    fn node(&mut self, node: &Node, x: f32, y: f32) -> f32 {
        let Size { left, right, height } = node_size(node);
        let (kind, round) = match node.shape {
            Shape::Start => ("start", height / 2.0),
            Shape::End => ("end", height / 2.0),
            Shape::Step => ("step", 2.0),
            Shape::Guard => ("guard", 2.0),
            Shape::Fork => ("fork", 8.0),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            self.body,
            "<rect class=\"node {kind}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" rx=\"{round:.1}\"/>",
            x - left,
            left + right
        );
        for (index, line) in node.lines.iter().enumerate() {
            self.text(line, x - left + PADDING, y + PADDING + (index as f32 + 0.75) * LINE, "label");
        }
        y + height
    }

    fn text(&mut self, text: &str, x: f32, y: f32, class: &str) {
        if !text.is_empty() {
            let text = in_xml(text);
            let _ = writeln!(self.body, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>");
        }
    }

    fn arrow(&mut self, points: &[(f32, f32)]) {
        self.path(points, " marker-end=\"url(#tip)\"");
    }

    fn line(&mut self, points: &[(f32, f32)]) {
        self.path(points, "");
    }

    fn path(&mut self, points: &[(f32, f32)], end: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(self.body, "<polyline class=\"edge\" points=\"{}\"{end}/>", points.join(" "));
    }
}
