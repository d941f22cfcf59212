//! The digest of what is read, as it is read: of those very bytes, also where the file changes meanwhile, or is a pipe.

use std::io::BufRead;
use std::io::Read;

use sha2::Digest as _;
use sha2::Sha256;

use crate::base::disk;

/// An input that digests what is taken from it.
#[derive(Debug)]
pub struct Digesting<R> {
    input: R,
    taken: Sha256,
}

impl<R: BufRead> Digesting<R> {
    /// Nothing is taken yet.
    pub fn new(input: R) -> Self {
        Self { input, taken: Sha256::new() }
    }

    /// Lower-case hexadecimal SHA-256 of all that was taken.
    pub fn sha256(self) -> String {
        disk::hex(&self.taken.finalize())
    }
}

impl<R: BufRead> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.taken.update(&buffer[..count]);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Digesting<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed is in the buffer, so that asking for it again reads nothing.
        if let Ok(chunk) = self.input.fill_buf() {
            self.taken.update(&chunk[..amount.min(chunk.len())]);
        }
        self.input.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_what_was_taken_in_whatever_way() {
        let text = "first\nsecond\nthird";
        let mut input = Digesting::new(std::io::BufReader::with_capacity(4, text.as_bytes()));
        let mut line = String::new();
        input.read_line(&mut line).unwrap();
        let mut some = [0; 3];
        input.read_exact(&mut some).unwrap();
        assert_eq!((line.as_str(), &some), ("first\n", b"sec"));
        let mut rest = String::new();
        input.read_to_string(&mut rest).unwrap();
        assert_eq!(input.sha256(), disk::sha256(text.as_bytes()));
        let mut part = Digesting::new(text.as_bytes());
        part.read_line(&mut line).unwrap();
        assert_eq!(part.sha256(), disk::sha256(b"first\n"));
    }
}
