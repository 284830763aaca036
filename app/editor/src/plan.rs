//! Which picture is made next. One is under way at a time, and of what waits only the last document counts.

use document::Size;
use domain::render::PREVIEW_SIDE;

use super::picture::{Window, part};

/// What pictures are drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The whole picture.
    Base,
    /// The part that is seen, in as many pixels as the screen has.
    Detail,
    /// The whole picture without designs.
    Before,
    /// The mask of the active layer.
    Mask,
}

impl Surface {
    /// The most urgent first.
    const ALL: [Surface; 4] = [Self::Detail, Self::Base, Self::Mask, Self::Before];

    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Detail => "detail",
            Self::Before => "before",
            Self::Mask => "mask",
        }
    }

    /// Shows the document itself.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Base | Self::Detail)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In all its pixels.
    Exact,
    /// In half of them a side, while a hand moves something.
    Coarse,
    /// A coarse one that is not shown: the next movement finds everything made for its size.
    Ahead,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job {
    pub surface: Surface,
    /// The whole picture's longest side, in pixels.
    pub side: u32,
    pub window: Option<Window>,
    pub kind: Kind,
    /// Of which document it is.
    version: u32,
}

pub struct Plan {
    canvas: Size,
    /// The part that is seen, where the whole picture has too few pixels for it.
    window: Option<Window>,
    /// Surfaces whose picture is not that of their document.
    stale: Vec<Surface>,
    /// A hand is moving something: coarser pictures will do.
    moving: bool,
    /// What the last exact pictures of the whole and of the part took, in milliseconds.
    took: [f64; 2],
    /// What a coarse picture was last made ahead for, and its side.
    ahead: Option<(Surface, u32)>,
    /// How often the document has changed.
    version: u32,
    under_way: Option<Job>,
    /// Of this document there is a coarse picture.
    coarse: Option<u32>,
}

/// A picture that takes longer than this, in milliseconds, is drawn at half the size while a hand moves something: of a sixtieth
/// of a second the page and the browser take the other half.
const SLOW: f64 = 8.0;

impl Plan {
    pub fn new(canvas: Size) -> Self {
        Self {
            canvas,
            window: None,
            stale: Vec::new(),
            moving: false,
            took: [0.0; 2],
            ahead: None,
            version: 0,
            under_way: None,
            coarse: None,
        }
    }

    pub fn canvas(&self) -> Size {
        self.canvas
    }

    pub fn window(&self) -> Option<Window> {
        self.window
    }

    pub fn under_way(&self) -> Option<Job> {
        self.under_way
    }

    /// The longest side of the whole picture, in pixels.
    pub fn side(&self) -> u32 {
        PREVIEW_SIDE.min(self.canvas.longest())
    }

    /// The document is another.
    pub fn change(&mut self, canvas: Size) {
        self.canvas = canvas;
        self.version = self.version.wrapping_add(1);
        self.mark(Surface::Base);
        if self.window.is_some() {
            self.mark(Surface::Detail);
        }
    }

    /// What is drawn on a surface is not right any more.
    pub fn mark(&mut self, surface: Surface) {
        if !self.stale.contains(&surface) {
            self.stale.push(surface);
        }
    }

    pub fn move_on(&mut self, moving: bool) {
        self.moving = moving;
    }

    /// Another part of the picture is seen. Says whether it is.
    pub fn look(&mut self, window: Option<Window>) -> bool {
        if window == self.window {
            return false;
        }
        (self.window, self.coarse) = (window, None);
        if window.is_some() {
            self.mark(Surface::Detail);
        }
        true
    }

    /// Begins the next picture that is worth making, if any.
    pub fn begin(&mut self) -> Option<Job> {
        if self.under_way.is_some() {
            return None;
        }
        let job = self.next()?;
        match job.kind {
            Kind::Exact => self.stale.retain(|surface| *surface != job.surface),
            // What is drawn coarsely stays to be drawn.
            Kind::Coarse => self.coarse = Some(job.version),
            Kind::Ahead => self.ahead = Some((job.surface, job.side)),
        }
        self.under_way = Some(job);
        Some(job)
    }

    /// The picture under way is there, after so many milliseconds.
    pub fn finish(&mut self, milliseconds: f64) {
        if let Some(job) = self.under_way.take()
            && job.kind == Kind::Exact
            && job.surface.is_picture()
        {
            self.took[usize::from(job.surface == Surface::Detail)] = milliseconds;
        }
    }

    /// Nothing comes of the picture under way.
    pub fn give_up(&mut self) {
        self.under_way = None;
    }

    /// What a surface shows will be that of the document as it is, once the picture under way is drawn.
    pub fn is_right(&self, surface: Surface) -> bool {
        !self.stale.contains(&surface)
    }

    fn next(&self) -> Option<Job> {
        let urgent = Surface::ALL.into_iter().find(|surface| match surface {
            _ if self.is_right(*surface) => false,
            Surface::Detail => self.window.is_some(),
            // While the detail is what one sees, the rest waits.
            Surface::Base => !(self.moving && self.window.is_some()),
            Surface::Mask | Surface::Before => true,
        });
        match urgent {
            // Another coarse picture of the same document shows nothing new.
            Some(surface) if self.moving && self.is_slow(surface) => {
                (self.coarse != Some(self.version)).then(|| self.picture(surface, Kind::Coarse))
            }
            Some(surface) => Some(self.picture(surface, Kind::Exact)),
            None if self.moving => None,
            None => {
                let seen = if self.window.is_some() { Surface::Detail } else { Surface::Base };
                let ahead = self.picture(seen, Kind::Ahead);
                (self.is_slow(seen) && self.ahead != Some((seen, ahead.side))).then_some(ahead)
            }
        }
    }

    /// Its exact picture takes so long that a hand would feel it.
    fn is_slow(&self, surface: Surface) -> bool {
        surface.is_picture() && self.took[usize::from(surface == Surface::Detail)] > SLOW
    }

    fn picture(&self, surface: Surface, kind: Kind) -> Job {
        let step = if kind == Kind::Exact { 1 } else { 2 };
        let window = self.window.filter(|_| surface == Surface::Detail);
        let window = match kind {
            Kind::Exact => window,
            _ => window.map(|window| part(self.canvas, window.side / step, window.shown)),
        };
        let side = window.map_or(self.side() / step, |window| window.side);
        Job { surface, side, window, kind, version: self.version }
    }
}

#[cfg(test)]
mod tests {
    use document::geometry::Point;

    use super::*;

    fn plan(took: f64) -> Plan {
        let mut plan = Plan::new(Size::new(3000, 2000).unwrap());
        plan.change(plan.canvas);
        while plan.begin().is_some() {
            plan.finish(took);
        }
        plan
    }

    fn seen(plan: &Plan) -> Window {
        part(plan.canvas, 2400, [Point::new(300.0, 200.0), Point::new(1500.0, 1000.0)])
    }

    /// What is made until there is nothing more to do, each in so many milliseconds.
    fn made(plan: &mut Plan, took: f64) -> Vec<(Surface, Kind, u32)> {
        let mut jobs = Vec::new();
        while let Some(job) = plan.begin() {
            plan.finish(took);
            jobs.push((job.surface, job.kind, job.side));
            assert!(jobs.len() < 10, "{jobs:?}");
        }
        jobs
    }

    #[test]
    fn a_slow_picture_is_coarse_while_a_hand_moves_and_exact_once_it_rests() {
        let mut plan = plan(30.0);
        let side = plan.side();
        plan.move_on(true);
        for _ in 0..3 {
            plan.change(plan.canvas);
            assert_eq!(made(&mut plan, 5.0), [(Surface::Base, Kind::Coarse, side / 2)], "once for a document");
        }
        plan.move_on(false);
        assert_eq!(made(&mut plan, 30.0), [(Surface::Base, Kind::Exact, side)]);
    }

    #[test]
    fn a_quick_picture_is_always_exact_and_nothing_is_made_ahead_of_it() {
        let mut plan = plan(6.0);
        let side = plan.side();
        plan.move_on(true);
        plan.change(plan.canvas);
        assert_eq!(made(&mut plan, 6.0), [(Surface::Base, Kind::Exact, side)]);
        plan.move_on(false);
        assert_eq!(made(&mut plan, 6.0), []);
    }

    #[test]
    fn what_is_seen_comes_first_and_is_made_ahead_for_a_hand_once() {
        let mut plan = plan(30.0);
        let (side, window) = (plan.side(), seen(&plan));
        assert!(plan.look(Some(window)) && !plan.look(Some(window)));
        assert_eq!(made(&mut plan, 30.0), [(Surface::Detail, Kind::Exact, 2400), (Surface::Detail, Kind::Ahead, 1200)]);
        plan.change(plan.canvas);
        plan.mark(Surface::Mask);
        let exact = |surface, side| (surface, Kind::Exact, side);
        let all = [exact(Surface::Detail, 2400), exact(Surface::Base, side), exact(Surface::Mask, side)];
        assert_eq!(made(&mut plan, 30.0), all);
    }

    #[test]
    fn only_the_last_of_many_changes_is_made_and_the_base_waits_for_rest() {
        let mut plan = plan(6.0);
        plan.look(Some(seen(&plan)));
        made(&mut plan, 6.0);
        plan.move_on(true);
        plan.change(plan.canvas);
        let first = plan.begin().unwrap();
        (0..5).for_each(|_| plan.change(plan.canvas));
        assert_eq!(plan.begin(), None, "one at a time");
        plan.finish(6.0);
        let last = plan.begin().unwrap();
        plan.finish(6.0);
        assert_eq!((first.surface, last.surface, last.version - first.version), (Surface::Detail, Surface::Detail, 5));
        assert_eq!(made(&mut plan, 6.0), []);
        plan.move_on(false);
        assert_eq!(made(&mut plan, 6.0), [(Surface::Base, Kind::Exact, plan.side())]);
    }
}
