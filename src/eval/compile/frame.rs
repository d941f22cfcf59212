//! The names of a frame while its code is made.

use super::super::code::Needs;

/// What a name of a frame is.
#[derive(Clone, Debug)]
pub(super) enum Local {
    /// A value, or an expression that waits for its turn.
    Slot(u32, Needs),
    /// An operator that is a parameter, with its number of arguments.
    Operator(u32, usize),
    /// A definition of a LET, with what it needs of this frame and where it has it.
    Lifted(usize, Vec<(u32, u32)>),
}

/// One frame: the slots of a definition, or of code that is evaluated apart from what stands around it.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) names: Vec<(String, Local)>,
    /// How many slots there are; none is used twice.
    pub(super) size: u32,
    /// Slots of the frame outside, and where they stand in this one.
    pub(super) captures: Vec<(u32, u32)>,
}

impl Frame {
    pub(super) fn slot(&mut self) -> u32 {
        self.size += 1;
        self.size - 1
    }

    /// How many names there are; to be given to [`Self::leave`].
    pub(super) fn enter(&self) -> usize {
        self.names.len()
    }

    pub(super) fn leave(&mut self, names: usize) {
        self.names.truncate(names);
    }

    pub(super) fn name(&mut self, name: &str, local: Local) {
        self.names.push((name.to_owned(), local));
    }

    /// A name for a value in a new slot.
    pub(super) fn bind(&mut self, name: &str, needs: Needs) -> u32 {
        let slot = self.slot();
        self.name(name, Local::Slot(slot, needs.and(Needs::FRAME)));
        slot
    }

    pub(super) fn find(&self, name: &str) -> Option<&Local> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, local)| local)
    }

    /// All names, outermost first.
    pub(super) fn all(&self) -> impl Iterator<Item = &(String, Local)> {
        self.names.iter()
    }

    /// Where this frame has a slot of the one outside.
    fn capture(&mut self, from: u32) -> u32 {
        if let Some((_, to)) = self.captures.iter().find(|(known, _)| *known == from) {
            return *to;
        }
        let to = self.slot();
        self.captures.push((from, to));
        to
    }

    /// The same thing as this frame sees it.
    pub(super) fn import(&mut self, local: &Local) -> Local {
        match local {
            Local::Slot(slot, needs) => Local::Slot(self.capture(*slot), *needs),
            Local::Operator(slot, arity) => Local::Operator(self.capture(*slot), *arity),
            Local::Lifted(id, slots) => {
                Local::Lifted(*id, slots.iter().map(|(from, to)| (self.capture(*from), *to)).collect())
            }
        }
    }
}
