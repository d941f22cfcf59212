pub struct Letter {
    pub term: u64,
    pub entry: Option<u64>,
}

impl Node {
    pub fn receive(&mut self) {
        let Some(letter) = self.inbox.pop_front() else { return };
        if let Some(entry) = letter.entry {
            self.last = entry;
        } else {
            self.last = 0;
        }
    }

    pub fn back_off(&mut self) {
        self.last = self.inbox.iter().map(|letter| letter.term).sum();
    }
}
