//! Finds an object from a rough hint.
//!
//! C. Rother, V. Kolmogorov and A. Blake, "GrabCut: interactive foreground extraction using iterated graph cuts" (2004): colours inside
//! and outside of the hint are learnt as mixtures of Gaussians, the picture is cut where that is cheapest, and both are
//! repeated. First on a small picture; then the border alone is cut again in the full one.

mod flow;
mod mixture;

use flow::Flow;
use mixture::Mixture;

use crate::{Matte, Picture};

/// Where an object is, in the picture's pixels.
#[derive(Clone, Debug, PartialEq)]
pub enum Hint {
    /// Within a rectangle: left, top, right, bottom.
    Box([f64; 4]),
    /// Where a line goes.
    Scribble(Vec<(f64, f64)>),
}

/// The first cut is made in a picture of at most this side.
const SIDE: usize = 280;
/// How often colours are learnt and the picture is cut.
const ROUNDS: usize = 4;
/// The weight of a smooth border, as in the paper.
const GAMMA: f32 = 50.0;

/// What is known of a pixel.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Outside,
    Inside,
    /// It is to be found out.
    Open,
}

/// The object that the hint is about; nothing where the hint is too small or nothing differs.
pub fn object(picture: &Picture, hint: &Hint) -> Matte {
    let none = || Matte::of(picture.width(), picture.height(), |_| false);
    let (small, factor) = picture.reduced(SIDE);
    let known = known(&small, hint, factor as f64);
    let Some((found, models)) = rounds(&small, &known) else { return none() };
    let found = cleaned(&small, found);
    if factor == 1 {
        return Matte::of(picture.width(), picture.height(), |i| found[i]);
    }
    refined(picture, &small, factor, &found, &models)
}

/// What the hint says of each pixel of the small picture.
fn known(small: &Picture, hint: &Hint, factor: f64) -> Vec<Known> {
    let (width, height) = (small.width(), small.height());
    match hint {
        Hint::Box([left, top, right, bottom]) => {
            let inside = |x: usize, y: usize| {
                let (x, y) = ((x as f64 + 0.5) * factor, (y as f64 + 0.5) * factor);
                (left.min(*right)..=left.max(*right)).contains(&x) && (top.min(*bottom)..=top.max(*bottom)).contains(&y)
            };
            let border = |x: usize, y: usize| x == 0 || y == 0 || x + 1 == width || y + 1 == height;
            // Something must be outside: with a box around everything that is the picture's border.
            let is_open = |x: usize, y: usize| inside(x, y) && !border(x, y);
            let each =
                (0..width * height).map(|i| if is_open(i % width, i / width) { Known::Open } else { Known::Outside });
            each.collect()
        }
        Hint::Scribble(line) => {
            let border = |i: usize| {
                let (x, y) = (i % width, i / width);
                x == 0 || y == 0 || x + 1 == width || y + 1 == height
            };
            let mut known: Vec<Known> =
                (0..width * height).map(|i| if border(i) { Known::Outside } else { Known::Open }).collect();
            let cell = |v: f64, side: usize| ((v / factor).max(0.0) as usize).min(side - 1);
            let places: Vec<(f64, f64)> =
                line.iter().map(|&(x, y)| (cell(x, width) as f64, cell(y, height) as f64)).collect();
            for pair in places.windows(2).chain(std::iter::once(&places[..places.len().min(1)])) {
                let (a, b) = match pair {
                    [a, b] => (*a, *b),
                    [a] => (*a, *a),
                    _ => continue,
                };
                let steps = (a.0 - b.0).abs().max((a.1 - b.1).abs()).max(1.0) as usize;
                for step in 0..=steps {
                    let part = step as f64 / steps as f64;
                    let (x, y) =
                        ((a.0 + (b.0 - a.0) * part).round() as usize, (a.1 + (b.1 - a.1) * part).round() as usize);
                    // As thick as a hand is exact.
                    for (x, y) in
                        (y.saturating_sub(1)..=y + 1).flat_map(|y| (x.saturating_sub(1)..=x + 1).map(move |x| (x, y)))
                    {
                        if x < width && y < height {
                            known[y * width + x] = Known::Inside;
                        }
                    }
                }
            }
            known
        }
    }
}

/// The colours of the object and of what is around it.
struct Models {
    inside: Mixture,
    outside: Mixture,
}

impl Models {
    /// `None` where one of both has no colours.
    fn of(picture: &Picture, inside: &[bool]) -> Option<Self> {
        let colors = |which: bool| {
            picture.colors().iter().zip(inside).filter(move |(_, own)| **own == which).map(|(color, _)| *color)
        };
        Some(Self { inside: Mixture::of(colors(true))?, outside: Mixture::of(colors(false))? })
    }

    fn refined(&self, picture: &Picture, inside: &[bool]) -> Option<Self> {
        let colors = |which: bool| {
            picture.colors().iter().zip(inside).filter(move |(_, own)| **own == which).map(|(color, _)| *color)
        };
        Some(Self { inside: self.inside.refined(colors(true))?, outside: self.outside.refined(colors(false))? })
    }
}

fn rounds(picture: &Picture, known: &[Known]) -> Option<(Vec<bool>, Models)> {
    let scribbled = known.contains(&Known::Inside);
    // A line tells what the object's colours are; a box only where they are.
    let mut inside: Vec<bool> =
        known.iter().map(|known| *known == Known::Inside || (!scribbled && *known == Known::Open)).collect();
    let mut models = Models::of(picture, &inside)?;
    for round in 0..ROUNDS {
        if round > 0 {
            models = models.refined(picture, &inside)?;
        }
        let next = cut(picture, known, &models);
        let settled = next == inside;
        inside = next;
        if !inside.contains(&true) {
            return None;
        }
        if settled {
            break;
        }
    }
    Some((inside, models))
}

/// The four neighbours after a pixel, with what their distance makes of the weight of the link to them.
const AFTER: [(isize, isize, f32); 4] =
    [(1, 0, 1.0), (0, 1, 1.0), (1, 1, std::f32::consts::FRAC_1_SQRT_2), (-1, 1, std::f32::consts::FRAC_1_SQRT_2)];

/// The square of the distance of two colours.
fn apart(a: [u8; 3], b: [u8; 3]) -> f32 {
    (0..3).map(|c| (f32::from(a[c]) - f32::from(b[c])).powi(2)).sum()
}

/// The index of a neighbour within the picture.
fn neighbour(picture: &Picture, i: usize, dx: isize, dy: isize) -> Option<usize> {
    let (width, height) = (picture.width() as isize, picture.height() as isize);
    let (x, y) = (i as isize % width + dx, i as isize / width + dy);
    (x >= 0 && y >= 0 && x < width && y < height).then(|| (y * width + x) as usize)
}

/// The paper's β: half of the inverse of the mean square distance of neighbours.
fn beta(picture: &Picture, pixels: impl Iterator<Item = usize>) -> f32 {
    let (mut sum, mut count) = (0.0f64, 0.0f64);
    for i in pixels {
        for (dx, dy, _) in AFTER {
            if let Some(j) = neighbour(picture, i, dx, dy) {
                sum += f64::from(apart(picture.colors()[i], picture.colors()[j]));
                count += 1.0;
            }
        }
    }
    if sum > 0.0 { (count / (2.0 * sum)) as f32 } else { 0.0 }
}

/// The cheapest cut through what is open.
fn cut(picture: &Picture, known: &[Known], models: &Models) -> Vec<bool> {
    let open: Vec<usize> = (0..known.len()).filter(|i| known[*i] == Known::Open).collect();
    let mut node = vec![u32::MAX; known.len()];
    for (n, &i) in open.iter().enumerate() {
        node[i] = n as u32;
    }
    let beta = beta(picture, open.iter().copied());
    let colors = picture.colors();
    let mut flow = Flow::new(open.len(), open.len() * AFTER.len());
    for (n, &i) in open.iter().enumerate() {
        // To stay inside costs what the colour is unlikely there; so that is what fits to the sink.
        let (inside, outside) = (models.inside.unlikelihood(colors[i]), models.outside.unlikelihood(colors[i]));
        let least = inside.min(outside);
        flow.join_ends(n, outside - least, inside - least);
        for (dx, dy, near) in AFTER {
            for (dx, dy) in [(dx, dy), (-dx, -dy)] {
                let Some(j) = neighbour(picture, i, dx, dy) else { continue };
                let weight = GAMMA * near * (-beta * apart(colors[i], colors[j])).exp();
                match known[j] {
                    Known::Inside => flow.join_ends(n, weight, 0.0),
                    Known::Outside => flow.join_ends(n, 0.0, weight),
                    // Each pair once.
                    Known::Open if j > i => flow.join(n, node[j] as usize, weight),
                    Known::Open => {}
                }
            }
        }
    }
    let source = flow.cut();
    known
        .iter()
        .zip(&node)
        .map(|(known, node)| match known {
            Known::Inside => true,
            Known::Outside => false,
            Known::Open => source[*node as usize],
        })
        .collect()
}

/// Without specks and pinholes smaller than a twentieth of the largest part.
fn cleaned(picture: &Picture, mut found: Vec<bool>) -> Vec<bool> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut seen = vec![false; found.len()];
    for start in 0..found.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let (mut part, mut next) = (vec![start], 0);
        while next < part.len() {
            for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                if let Some(j) = neighbour(picture, part[next], dx, dy)
                    && found[j] == found[start]
                    && !std::mem::replace(&mut seen[j], true)
                {
                    part.push(j);
                }
            }
            next += 1;
        }
        parts.push(part);
    }
    let largest = parts.iter().filter(|part| found[part[0]]).map(Vec::len).max().unwrap_or(0);
    for part in parts {
        let border = |i: &usize| {
            let (x, y) = (i % picture.width(), i / picture.width());
            x == 0 || y == 0 || x + 1 == picture.width() || y + 1 == picture.height()
        };
        // Ground that reaches the border is no pinhole, however small.
        if part.len() * 20 < largest && (found[part[0]] || !part.iter().any(border)) {
            for i in part {
                found[i] = !found[i];
            }
        }
    }
    found
}

/// The border cut again in the full picture: what is within a pixel and a half of the small one's border is open.
fn refined(picture: &Picture, small: &Picture, factor: usize, found: &[bool], models: &Models) -> Matte {
    let (width, height) = (picture.width(), picture.height());
    let near_border: Vec<bool> = (0..found.len())
        .map(|i| {
            let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy)));
            around.filter_map(|(dx, dy)| neighbour(small, i, dx, dy)).any(|j| found[j] != found[i])
        })
        .collect();
    let cell = |i: usize| (i / width / factor) * small.width() + i % width / factor;
    let known: Vec<Known> = (0..width * height)
        .map(|i| match cell(i) {
            cell if near_border[cell] => Known::Open,
            cell if found[cell] => Known::Inside,
            _ => Known::Outside,
        })
        .collect();
    let inside = cut(picture, &known, models);
    Matte::of(width, height, |i| inside[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 400;

    /// A mottled disc on mottled ground of other colours.
    fn disc(radius: f64) -> (Picture, Vec<bool>) {
        let inside: Vec<bool> = (0..SIDE * SIDE)
            .map(|i| ((i % SIDE) as f64 + 0.5 - 210.0).hypot((i / SIDE) as f64 + 0.5 - 190.0) < radius)
            .collect();
        let pixels = inside.iter().enumerate().flat_map(|(i, inside)| {
            // A hash that looks like grain.
            let grain = (i.wrapping_mul(2_654_435_761) >> 13) as u8 % 24;
            match inside {
                true => [150 + grain, 60 + grain, 50, 255],
                false => [120, 130 + grain, 140 - grain, 255],
            }
        });
        (Picture::new(SIDE, SIDE, pixels.collect()).unwrap(), inside)
    }

    fn wrong(found: &Matte, exact: &[bool]) -> usize {
        found.values().iter().zip(exact).filter(|(found, exact)| (**found > 127) != **exact).count()
    }

    #[test]
    fn a_box_or_a_line_finds_the_disc_to_its_edge() {
        let (picture, exact) = disc(110.0);
        for hint in [
            Hint::Box([80.0, 60.0, 340.0, 320.0]),
            Hint::Scribble(vec![(160.0, 150.0), (250.0, 240.0), (190.0, 260.0)]),
        ] {
            let found = object(&picture, &hint);
            // Along the whole edge of 691 pixels less than half a pixel each.
            assert!(wrong(&found, &exact) < 300, "{} pixels are wrong for {hint:?}", wrong(&found, &exact));
        }
    }

    #[test]
    fn where_nothing_differs_or_the_hint_is_nowhere_nothing_is_found_and_nothing_breaks() {
        let plain = Picture::new(50, 40, [90, 90, 90, 255].repeat(2000)).unwrap();
        for hint in [
            Hint::Box([-500.0, -500.0, -400.0, -400.0]),
            Hint::Box([10.0, 10.0, 10.0, 10.0]),
            Hint::Box([f64::NAN; 4]),
            Hint::Scribble(Vec::new()),
        ] {
            assert!(object(&plain, &hint).values().iter().all(|value| *value == 0), "{hint:?}");
        }
        object(&plain, &Hint::Box([10.0, 10.0, 30.0, 30.0]));
        object(&plain, &Hint::Scribble(vec![(1e9, -1e9), (f64::NAN, 3.0)]));
        object(&Picture::new(1, 1, vec![0; 4]).unwrap(), &Hint::Box([0.0, 0.0, 1.0, 1.0]));
    }
}
