//! Operators written as symbols.

use super::Compiler;
use crate::base::span::Span;
use crate::eval::code::Code;
use crate::eval::code::Needs;
use crate::eval::code::Op;
use crate::eval::code::SetOp;
use crate::tla::ops;
use crate::tla::syntax::Expr;

impl Compiler<'_> {
    pub(super) fn prefix(&mut self, op: &str, e: &Expr, span: Span) -> Code {
        match ops::canonical(op) {
            "~" => self.one(e, span, Op::Not),
            "SUBSET" => self.one(e, span, Op::Subsets),
            "UNION" => self.one(e, span, Op::Union),
            "DOMAIN" => self.one(e, span, Op::Domain),
            "UNCHANGED" => {
                self.ahead = true;
                let code = self.one(e, span, Op::Unchanged);
                Code { needs: code.needs.put_ahead().and(Needs::NEXT), ..code }
            }
            "-" | "-." => self.defined_operator("-.", &[e], span),
            "ENABLED" => {
                self.ahead = true;
                let code = self.one(e, span, Op::Enabled);
                // For TLC such a variable is one of its own here, whatever stands for it elsewhere.
                if self.scope.is_of_instance() && code.needs.meets(Needs::PUT_NEXT) {
                    let what =
                        "ENABLED of an action with a prime on a variable for which the instance has an expression";
                    return self.unsupported(span, what);
                }
                // The next states that it speaks of are its own.
                Code { needs: code.needs.without(Needs::NEXT).and(Needs::STATE), ..code }
            }
            op @ ("[]" | "<>") => self.unsupported(span, &format!("`{op}`")),
            op => self.defined_operator(op, &[e], span),
        }
    }

    pub(super) fn postfix(&mut self, op: &str, e: &Expr, span: Span) -> Code {
        if op != "'" {
            return self.defined_operator(op, &[e], span);
        }
        self.ahead = true;
        let code = self.one(e, span, Op::Prime);
        // A constant is the same in the next state.
        let varies = code.needs.meets(Needs::STATE.and(Needs::PARAMETER).and(Needs::NEXT));
        let needs = if varies { code.needs.without(Needs::STATE).and(Needs::NEXT) } else { code.needs };
        Code { needs: needs.put_ahead(), ..code }
    }

    pub(super) fn infix(&mut self, op: &str, a: &Expr, b: &Expr, span: Span) -> Code {
        match ops::canonical(op) {
            op @ ("/\\" | "\\/") => {
                let mut parts = Vec::new();
                Self::chain(op, a, &mut parts);
                parts.push(b);
                self.chained(&parts, span, if op == "/\\" { Op::And } else { Op::Or })
            }
            "\\X" => {
                let mut parts = Vec::new();
                Self::chain("\\X", a, &mut parts);
                parts.push(b);
                self.chained(&parts, span, Op::Product)
            }
            "=>" => self.two(a, b, span, Op::Implies),
            "\\equiv" => self.two(a, b, span, Op::Equivalent),
            "=" => self.two(a, b, span, Op::Equal),
            "/=" => self.two(a, b, span, Op::Differ),
            "\\in" => self.two(a, b, span, Op::In),
            "\\notin" => self.two(a, b, span, Op::NotIn),
            "\\subseteq" => self.two(a, b, span, Op::Subset),
            "\\cup" => self.two(a, b, span, |a, b| Op::Combine(SetOp::Cup, a, b)),
            "\\cap" => self.two(a, b, span, |a, b| Op::Combine(SetOp::Cap, a, b)),
            "\\" => self.two(a, b, span, |a, b| Op::Combine(SetOp::Minus, a, b)),
            op @ ("~>" | "-+->" | "\\cdot") => self.unsupported(span, &format!("`{op}`")),
            op => self.defined_operator(op, &[a, b], span),
        }
    }
}
