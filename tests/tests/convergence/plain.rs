//! Three phones that share their cases and a server: random edits and merges, and a link that drops, cuts, repeats and
//! reorders.

use std::sync::Arc;

use doorstep_tests::world::{Fault, Phone, World};
use rand::RngExt;

use crate::pen::{Pen, Saved};
use crate::play_all;

const NURSES: usize = 3;
const STEPS: usize = 24;

#[test]
fn three_phones_and_a_server_converge_for_a_thousand_seeds() {
    play_all(|seed| Play::new(seed).run());
}

struct Play {
    world: Arc<World>,
    phones: Vec<Phone>,
    pen: Pen,
    /// Every version that a save returned: none may be lost.
    saved: Vec<Saved>,
}

impl Play {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let phones: Vec<Phone> = (0..NURSES).map(|number| world.nurse(&format!("nurse-{number}"))).collect();
        let mut play = Self { world, phones, pen: Pen::new(seed), saved: Vec::new() };
        play.write(0, |pen, phone| pen.open_case(&phone.device).ok());
        play.phones[0].sync(&play.world);
        for phone in &play.phones {
            play.world.grant(play.pen.scopes[0], phone.staff);
            phone.sync(&play.world);
        }
        play
    }

    fn run(mut self) {
        for _ in 0..STEPS {
            let who = self.pen.below(self.phones.len());
            self.world.environment.advance_ms(self.pen.dice.random_range(1..600_000));
            match self.pen.below(20) {
                0 => self.write(who, |pen, phone| Some(pen.open_case(&phone.device).unwrap())),
                1..=2 => self.write(who, |pen, phone| pen.create(&phone.device).ok()),
                3..=10 => self.write(who, |pen, phone| pen.edit(&phone.device).ok()),
                11 => self.write(who, |pen, phone| pen.resolve(&phone.device).unwrap()),
                12 => self.reopen(who),
                _ => self.sync(who),
            }
        }
        self.settle();
        self.compare();
    }

    /// What is not on this phone yet cannot be written on.
    fn write(&mut self, who: usize, write: impl FnOnce(&mut Pen, &Phone) -> Option<Saved>) {
        self.saved.extend(write(&mut self.pen, &self.phones[who]));
    }

    fn reopen(&mut self, who: usize) {
        let phone = self.phones.remove(who).reopened(&self.world);
        self.phones.insert(who, phone);
    }

    fn sync(&mut self, who: usize) {
        self.world.next_fault(fault(&mut self.pen));
        if self.pen.dice.random_ratio(1, 8) {
            self.world.next_fault_beside_exchanges(fault_of_tokens(&mut self.pen));
        }
        self.phones[who].sync(&self.world);
        self.world.mend_link();
    }

    /// The link is good again: everybody syncs until nobody has anything left.
    fn settle(&mut self) {
        for _ in 0..2 {
            for phone in &self.phones {
                phone.sync(&self.world);
            }
        }
        for scope in &self.pen.scopes {
            for phone in &self.phones {
                self.world.grant(*scope, phone.staff);
            }
        }
        for phone in &self.phones {
            phone.sync(&self.world);
        }
    }

    fn compare(&self) {
        for phone in &self.phones {
            let status = phone.device.sync_status().unwrap();
            assert!(status.is_all_sent, "{status:?}");
        }
        for &id in &self.pen.records {
            let mut office = self.world.on_server(id).expect("every record reached the server");
            for phone in &self.phones {
                let read = phone.device.read(id).expect("every record reached every phone");
                assert_eq!(read.version, office.version());
                assert_eq!(read.record, office.read().expect("a stored record reads"));
                assert_eq!(read.conflicts, office.conflicts());
            }
        }
        for saved in &self.saved {
            let mut office = self.world.on_server(saved.record).expect("every record reached the server");
            assert!(office.contains(&saved.version), "a saved version is lost");
        }
    }
}

/// What the link does to an exchange.
pub(crate) fn fault(pen: &mut Pen) -> Fault {
    match pen.below(10) {
        0 => Fault::RequestLost,
        1..=3 => Fault::AnswerCut(pen.dice.random_range(0..1_000)),
        4 => Fault::Repeated,
        5 => Fault::OldOneFirst,
        _ => Fault::None,
    }
}

/// What the link does to a request for new tokens. (An old one that arrives again is somebody else's: see `thief`.)
pub(crate) fn fault_of_tokens(pen: &mut Pen) -> Fault {
    [Fault::RequestLost, Fault::AnswerCut(0), Fault::Repeated][pen.below(3)]
}
