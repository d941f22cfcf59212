//! stub
use crate::base::diag::{Diagnostic, Failure};
pub struct Card;
pub fn cards() -> Result<Vec<Card>, Failure> { Ok(vec![]) }
pub fn retrieve<'a>(_: &[Diagnostic], _: &'a [Card], _: usize) -> Vec<&'a Card> { vec![] }
pub fn render(_: &Card) -> String { String::new() }
