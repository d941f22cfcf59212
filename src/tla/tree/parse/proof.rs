//! Proofs, which are kept as text: only where they end matters.

use super::Parser;
use super::Step;
use super::module::UNIT_WORDS;
use crate::tla::tree::Kind;
use crate::tla::tree::SyntaxError;
use crate::tla::tree::TokenKind;

impl Parser {
    fn begins_proof(&self) -> bool {
        self.is_kind(TokenKind::Step) || ["BY", "PROOF", "OBVIOUS", "OMITTED"].contains(&self.peek().canonical)
    }

    /// The proof after a theorem, if there is one.
    pub(super) fn proof(&mut self) -> Step {
        if !self.begins_proof() {
            return Ok(());
        }
        let mark = self.mark();
        self.eat("PROOF");
        if self.eat("BY") {
            self.skip_facts();
        } else if !(self.eat("OBVIOUS") || self.eat("OMITTED")) {
            self.steps()?;
            // The proof of the outermost QED.
            if self.begins_proof() {
                self.proof()?;
            }
        }
        self.finish(mark, Kind::Proof);
        Ok(())
    }

    /// Steps up to a QED of the outermost level, which closes its level.
    fn steps(&mut self) -> Step {
        // The levels of the proofs around the next token, innermost last.
        let mut levels: Vec<Option<u32>> = Vec::new();
        // Whether a fact comes next, which may be named like a step: `BY <2>1, <2>2`.
        let mut names = false;
        loop {
            if matches!(self.peek().kind, TokenKind::Close | TokenKind::End) {
                return self.unfinished();
            }
            if names || !self.is_kind(TokenKind::Step) {
                names = ["BY", "ONLY", "USE", "HIDE", ","].contains(&self.peek().canonical);
                self.bump();
                continue;
            }
            let text = self.token_text(self.peek());
            let plus = text.starts_with("<+>");
            let level = text[1..].split('>').next().and_then(|digits| digits.parse::<u32>().ok());
            let opens = match (level, levels.last()) {
                (_, None) => true,
                (Some(level), Some(Some(open))) => level > *open,
                _ => plus,
            };
            if opens {
                levels.push(level);
            }
            self.bump();
            if self.eat("QED") {
                levels.pop();
                if levels.is_empty() {
                    return Ok(());
                }
            }
        }
    }

    /// The facts after BY: up to the next step, or the next unit.
    fn skip_facts(&mut self) {
        loop {
            let token = self.peek();
            let ends = match token.kind {
                TokenKind::Close | TokenKind::End | TokenKind::Dashes => true,
                TokenKind::Begin | TokenKind::Break => true,
                TokenKind::Keyword => UNIT_WORDS.contains(&token.canonical),
                _ => false,
            };
            if ends {
                return;
            }
            self.bump();
        }
    }

    fn unfinished(&mut self) -> Step {
        let error = SyntaxError::new("tla/parse-proof", self.place(), "expected `QED` at the end of the proof");
        self.fail(error.hint("every list of steps ends with a step `<1> QED` of its level"))
    }

    /// `USE e DEF F`, kept as text.
    pub(super) fn use_or_hide(&mut self) -> Step {
        let mark = self.mark();
        self.bump();
        self.skip_facts();
        self.finish(mark, Kind::Use);
        Ok(())
    }
}
