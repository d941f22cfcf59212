//! A behaviour as a sequence diagram: time runs downwards, a line a process, messages as arrows, what changed beside it.

use std::fmt::Write as _;

use super::Behaviour;
use super::Change;
use super::Step;
use super::cited;
use super::diagram::Arrow;
use super::diagram::Diagram;
use super::diagram::End;
use super::diagram::diagram;
use crate::base::text::cut;
use crate::base::text::in_xml;
use crate::engine::Lasso;

/// Where what stands, in pixels.
const MARGIN: usize = 24;
const STEPS: usize = 250;
const LIFELINE: usize = 150;
const CHANGES: usize = 560;
const TOP: usize = 100;
const LINE: usize = 15;

/// Differences shown of one step, and characters of each.
const SHOWN: usize = 5;
const WIDTH: usize = 84;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1c2733}\
.title{font-size:16px;font-weight:600}.place{font-size:11px;fill:#66788a}\
.change{font:11px ui-monospace,Menlo,monospace;fill:#37474f}.name{font-weight:600;text-anchor:middle}\
.message{font-size:11px;text-anchor:middle;fill:#0b5cad;paint-order:stroke;stroke:#fff;stroke-width:4px}\
.line{stroke:#b6c2cd;stroke-dasharray:3 4}.head{fill:#eef3f8;stroke:#9fb1c2}\
.act{fill:#dcebfa;stroke:#0b5cad}.bad{fill:#fde0dd;stroke:#c62828}.arrow{stroke:#0b5cad;stroke-width:1.5;fill:none}\
.under-way{stroke-dasharray:5 4}.lost{stroke:#c62828}.band{fill:#f6f8fa}.loop{stroke:#8e5bb5;stroke-width:1.5;fill:none}\
.loops{fill:#8e5bb5}";

/// Each step's y, from the top.
struct Rows {
    middle: Vec<usize>,
    top: Vec<usize>,
    end: usize,
}

/// The diagram as one self-contained SVG.
pub fn svg(behaviour: &Behaviour) -> String {
    let diagram = diagram(behaviour);
    let rows = rows(&behaviour.steps);
    let width = changes_x(&diagram) + CHANGES + MARGIN;
    let height = rows.end + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <style>{STYLE}</style>\n<defs>{}{}</defs>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
        marker("tip", "#0b5cad"),
        marker("loop-tip", "#8e5bb5"),
    );
    put(&mut svg, MARGIN, 34, "title", &cut(&behaviour.message, 110));
    bands(&mut svg, &rows, width);
    lifelines(&mut svg, &diagram, &rows);
    for (index, step) in behaviour.steps.iter().enumerate() {
        let last = index + 1 == behaviour.steps.len() && behaviour.lasso.is_none();
        draw_step(&mut svg, step, &diagram, index, &rows, last);
    }
    diagram.messages.iter().for_each(|arrow| draw_message(&mut svg, arrow, &rows));
    draw_lasso(&mut svg, behaviour, &rows);
    svg.push_str("</svg>\n");
    svg
}

fn marker(name: &str, colour: &str) -> String {
    format!(
        "<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"{colour}\"/></marker>"
    )
}

fn rows(steps: &[Step]) -> Rows {
    let mut rows = Rows { middle: Vec::new(), top: Vec::new(), end: TOP };
    for step in steps {
        let lines = noted(step).len();
        let height = (lines * LINE + 20).max(48);
        rows.top.push(rows.end);
        rows.middle.push(rows.end + height / 2);
        rows.end += height;
    }
    rows
}

fn lifeline_x(index: usize) -> usize {
    MARGIN + STEPS + LIFELINE / 2 + index * LIFELINE
}

fn changes_x(diagram: &Diagram) -> usize {
    MARGIN + STEPS + diagram.lifelines.len() * LIFELINE + 16
}

/// Every second row is shaded, so that the eye finds from the step to its changes.
fn bands(svg: &mut String, rows: &Rows, width: usize) {
    for (index, top) in rows.top.iter().enumerate().filter(|(index, _)| index % 2 == 1) {
        let height = rows.top.get(index + 1).unwrap_or(&rows.end) - top;
        // Writing to a String cannot fail.
        let _ = writeln!(svg, "<rect class=\"band\" x=\"0\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/>");
    }
}

fn lifelines(svg: &mut String, diagram: &Diagram, rows: &Rows) {
    for (index, name) in diagram.lifelines.iter().enumerate() {
        let x = lifeline_x(index);
        let end = rows.end + MARGIN / 2;
        let _ = writeln!(
            svg,
            "<line class=\"line\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{end}\"/>\
             <rect class=\"head\" x=\"{}\" y=\"56\" width=\"100\" height=\"28\" rx=\"5\"/>",
            TOP - 16,
            x - 50,
        );
        put(svg, x, 75, "name", &cut(name, 13));
    }
}

fn draw_step(svg: &mut String, step: &Step, diagram: &Diagram, index: usize, rows: &Rows, violates: bool) {
    let y = rows.middle[index];
    let action = step.action.as_deref().unwrap_or("initial state");
    put(svg, MARGIN + 14, y, "", &cut(&format!("{}  {action}", step.number), 34));
    let mut places: Vec<String> = step.place.iter().map(|p| format!("{}:{}", p.file, p.line)).collect();
    places.extend(step.source.iter().take(1).map(cited));
    put(svg, MARGIN + 14, y + LINE, "place", &cut(&places.join("  "), 42));
    let class = if violates { "bad" } else { "act" };
    for actor in &diagram.actors[index] {
        let (x, y) = (lifeline_x(*actor) - 6, y - 12);
        let _ = writeln!(svg, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"12\" height=\"24\" rx=\"2\"/>");
    }
    let notes = noted(step);
    let first = y + 4 - (notes.len().saturating_sub(1) * LINE) / 2;
    for (line, note) in notes.iter().enumerate() {
        put(svg, changes_x(diagram), first + line * LINE, "change", note);
    }
}

/// What changed; of an initial state nothing, as everything would have to be said.
fn noted(step: &Step) -> Vec<String> {
    let mut notes: Vec<String> =
        step.changes.iter().take(SHOWN).map(|change: &Change| cut(&change.to_string(), WIDTH)).collect();
    if step.changes.len() > SHOWN {
        notes.push(format!("and {} more", step.changes.len() - SHOWN));
    }
    notes
}

/// From the sender's step to the receiver's; what nobody receives ends on the way, with a cross where it is gone.
fn draw_message(svg: &mut String, arrow: &Arrow, rows: &Rows) {
    let (from, to) = (lifeline_x(arrow.from), lifeline_x(arrow.to));
    let start = rows.middle[arrow.sent];
    let (class, end, received) = match arrow.end {
        Some(End::Received(row)) => ("arrow", rows.middle[row], true),
        Some(End::Lost(row)) => ("arrow lost", rows.middle[row], false),
        None => ("arrow under-way", rows.end, false),
    };
    let across =
        |share: usize| if to >= from { from + (to - from) * share / 100 } else { from - (from - to) * share / 100 };
    let down = |share: usize| start + (end - start) * share / 100;
    // The ends of arrows from one step lie apart, at other lifelines, so the words stand there.
    let (path, tip, words) = if from == to {
        (format!("M{} {start}h34V{end}h-26", from + 7), (from + 41, down(50)), (from + 44, down(50)))
    } else {
        let reach = if received { 96 } else { 82 };
        let tip = (across(reach), down(reach));
        (format!("M{} {}L{} {}", across(4), down(4), tip.0, tip.1), tip, (across(66), down(66) - 6))
    };
    let ending = if matches!(arrow.end, Some(End::Lost(_))) { "" } else { " marker-end=\"url(#tip)\"" };
    // Writing to a String cannot fail.
    let _ = writeln!(svg, "<path class=\"{class}\" d=\"{path}\"{ending}/>");
    if ending.is_empty() {
        let (x, y) = (tip.0 - 4, tip.1 - 4);
        let _ = writeln!(svg, "<path class=\"arrow lost\" d=\"M{x} {y}l8 8m0 -8l-8 8\"/>");
    }
    put(svg, words.0, words.1, "message", &cut(&arrow.label, 24));
}

fn draw_lasso(svg: &mut String, behaviour: &Behaviour, rows: &Rows) {
    let words = match behaviour.lasso {
        Some(Lasso::BackTo(number)) => format!("and back to {number}, for ever"),
        Some(Lasso::Stuttering) => "and nothing happens any more".to_owned(),
        None => return,
    };
    put(svg, MARGIN + 14, rows.end + 16, "loops", &words);
    if let (Some(back), Some(last)) = (behaviour.loops_to(), rows.middle.last()) {
        let (x, first) = (MARGIN - 6, rows.middle[back] - 4);
        let (from, right) = (last + 4, x + 16);
        let _ = writeln!(
            svg,
            "<path class=\"loop\" d=\"M{right} {from}H{x}V{first}H{right}\" marker-end=\"url(#loop-tip)\"/>"
        );
    }
}

fn put(svg: &mut String, x: usize, y: usize, class: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let escaped = in_xml(text);
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{escaped}</text>");
}
