//! A small mutator whose every choice follows from the seed.

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// Bytes at which formats turn.
const TURNS: [u8; 14] = [0, 1, 2, 3, 4, 8, 0x1f, 0x3f, 0x40, 0x7e, 0x7f, 0x80, 0xfe, 0xff];

/// Changes one to four things; `other` is a file to take a piece from.
pub fn mutate(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = TURNS[random.below(TURNS.len())],
            2 if at < bytes.len() => bytes[at] = random.next() as u8,
            3 => bytes.insert(at, TURNS[random.below(TURNS.len())]),
            4 => {
                let end = bytes.len().min(at + 1 + random.below(8));
                bytes.drain(at..end);
            }
            5 => {
                let end = bytes.len().min(at + 1 + random.below(16));
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            6 if !other.is_empty() => {
                let from = random.below(other.len());
                let to = other.len().min(from + 1 + random.below(32));
                let end = bytes.len().min(at + random.below(32));
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            7 if random.below(4) == 0 => bytes.truncate(at),
            _ => {}
        }
    }
}
