//! Bicubic Bezier meshes: which part of the area each output pixel sees.
//!
//! The mesh is laid out in cells of a few pixels, each carried forwards through patch, cylinder and perspective; within a cell
//! the map is affine. Pixels keep which cell they see, so the way back needs no solving, and where the mesh folds over
//! itself the later cell lies on top.

use std::ops::Range;

use document::{
    Mesh,
    geometry::{Point, bernstein},
};

use crate::{
    affine::Affine,
    cylinder::Cylinder,
    homography::Homography,
    region::Region,
    surface::{Seen, Spots},
    weigh::RUN,
};

/// The side of a cell, in output pixels. A cell bent with a radius of 300 px is off by 6² / 8 / 300 = 0.015 px in its middle.
const CELL: f64 = 6.0;

/// The most cells along a side of the whole mesh; fewer where the output is so small that most of them would lie beyond it.
const CELLS_MAX: usize = 1024;

/// The steps from the unit square, laid flat, to the output and to the design.
pub struct Way<'a> {
    pub mesh: &'a Mesh,
    /// The mesh's patches, row by row.
    pub patches: Vec<[Point; 16]>,
    pub cylinder: Option<&'a Cylinder>,
    /// From the unit square to output pixels.
    pub plane: Homography,
    /// From the unit square to design pixels.
    pub fit: Affine,
    /// The output's longest side.
    pub output: f64,
    /// How far beyond the area's border the map goes on, in output pixels.
    pub margin: f64,
}

/// Which cell each pixel of a region sees.
pub struct MeshMap {
    region: Region,
    /// Row by row: 0 where nothing is seen, else one more than the index of its half cell.
    seen: Vec<u32>,
    /// From output pixels to design pixels, for both triangles of each cell.
    halves: Vec<Affine>,
}

/// Cells along both axes, and how many of them lie beyond each border.
#[derive(Clone, Copy)]
struct Lattice {
    per_patch: [usize; 2],
    beyond: usize,
}

impl Lattice {
    /// Over the whole mesh, without those beyond its borders.
    fn cells(self, mesh: &Mesh) -> [usize; 2] {
        [self.per_patch[0] * mesh.columns(), self.per_patch[1] * mesh.rows()]
    }
}

/// All patches of a mesh, row by row.
pub fn patches(mesh: &Mesh) -> Vec<[Point; 16]> {
    (0..mesh.rows()).flat_map(|row| (0..mesh.columns()).map(move |column| mesh.patch(column, row))).collect()
}

impl Way<'_> {
    fn lattice(&self) -> Lattice {
        let (columns, rows) = (self.mesh.columns(), self.mesh.rows());
        // The longest way along the control points of any patch is no shorter than its curves.
        let (mut across, mut down) = (0.0f64, 0.0f64);
        for patch in &self.patches {
            let points = patch.map(|p| self.onto_output(p.x, p.y));
            let length = |first: usize, step: usize| -> f64 {
                let between = |i: usize| match (points[first + i * step], points[first + (i + 1) * step]) {
                    (Some(a), Some(b)) => a.distance(b),
                    _ => f64::INFINITY,
                };
                (0..3).map(between).sum()
            };
            for i in 0..4 {
                across = across.max(length(4 * i, 1));
                down = down.max(length(i, 4));
            }
        }
        let most = ((4.0 * self.output / CELL) as usize).clamp(64, CELLS_MAX);
        let cells = |length: f64, patches: usize| {
            ((length / CELL).ceil().clamp(1.0, most as f64) as usize).min(most / patches).max(1)
        };
        let beyond = (self.margin / CELL).ceil().clamp(1.0, 64.0) as usize;
        Lattice { per_patch: [cells(across, columns), cells(down, rows)], beyond }
    }

    /// From the unit square, bent by the mesh, to the output; `None` beyond the horizon.
    fn onto_output(&self, s: f64, t: f64) -> Option<Point> {
        let (s, t) = self.cylinder.map_or((s, t), |cylinder| cylinder.bent(s, t));
        self.plane.project(s, t).map(|seen| Point::new(seen.u, seen.v)).filter(|point| point.is_within_limits())
    }

    /// The mesh at lattice point (`i`, `j`); beyond a border it goes straight on.
    fn at(&self, lattice: Lattice, i: i64, j: i64) -> Point {
        let [per_x, per_y] = lattice.per_patch;
        let (last_x, last_y) = ((per_x * self.mesh.columns()) as i64, (per_y * self.mesh.rows()) as i64);
        let inside = |i: i64, last: i64| i.clamp(0, last);
        let (x, y) = (inside(i, last_x), inside(j, last_y));
        let here = self.on_mesh(lattice, x, y);
        // One step back from the border shows where it heads.
        let on = |to: i64, at: i64, back: Point| {
            let steps = (to - at).abs() as f64;
            Point::new((here.x - back.x) * steps, (here.y - back.y) * steps)
        };
        let inwards = |at: i64| if at == 0 { 1 } else { at - 1 };
        let beyond_x = if i == x { Point::new(0.0, 0.0) } else { on(i, x, self.on_mesh(lattice, inwards(x), y)) };
        let beyond_y = if j == y { Point::new(0.0, 0.0) } else { on(j, y, self.on_mesh(lattice, x, inwards(y))) };
        Point::new(here.x + beyond_x.x + beyond_y.x, here.y + beyond_x.y + beyond_y.y)
    }

    fn on_mesh(&self, lattice: Lattice, i: i64, j: i64) -> Point {
        let [per_x, per_y] = lattice.per_patch;
        let part = |i: i64, per: usize, patches: usize| {
            let patch = (i as usize / per).min(patches - 1);
            (patch, (i as usize - patch * per) as f64 / per as f64)
        };
        let (column, a) = part(i, per_x, self.mesh.columns());
        let (row, b) = part(j, per_y, self.mesh.rows());
        let points = &self.patches[row * self.mesh.columns() + column];
        let (across, down) = (bernstein(a), bernstein(b));
        let mut at = Point::new(0.0, 0.0);
        for (k, point) in points.iter().enumerate() {
            let weight = across[k % 4] * down[k / 4];
            at = Point::new(at.x + point.x * weight, at.y + point.y * weight);
        }
        at
    }
}

impl MeshMap {
    /// The bytes that [`Self::of`] will keep.
    pub fn bytes(way: &Way<'_>, region: &Region) -> u64 {
        let lattice = way.lattice();
        let [wide, high] = lattice.cells(way.mesh).map(|cells| (cells + 2 * lattice.beyond) as u64);
        let halves = 2 * wide * high;
        region.pixels() as u64 * size_of::<u32>() as u64 + halves * size_of::<Affine>() as u64
    }

    /// The part of the map within `region` of the output.
    pub fn of(way: &Way<'_>, region: Region) -> Self {
        let lattice = way.lattice();
        let beyond = lattice.beyond as i64;
        let [wide, high] = lattice.cells(way.mesh).map(|cells| cells as i64);
        let mut map = Self { seen: vec![0; region.pixels()], region, halves: Vec::new() };
        if map.region.is_empty() {
            return map;
        }
        let vertex = |i: i64, j: i64| {
            let at = way.at(lattice, i, j);
            way.onto_output(at.x, at.y)
        };
        let on_design = |i: i64, j: i64| way.fit.apply(i as f64 / wide as f64, j as f64 / high as f64);
        let mut lay = |i: i64, j: i64, corners: [Option<Point>; 4]| {
            if let [Some(a), Some(b), Some(c), Some(d)] = corners {
                let (p, q) = (on_design(i, j), on_design(i + 1, j));
                let (r, s) = (on_design(i + 1, j + 1), on_design(i, j + 1));
                map.lay([a, b, c], [p, q, r]);
                map.lay([a, c, d], [p, r, s]);
            }
        };
        // What lies beyond the area comes first, so that the area itself is on top of it.
        for j in -beyond..high + beyond {
            let beside = if (0..high).contains(&j) { 0..wide } else { 0..0 };
            for i in (-beyond..beside.start).chain(beside.end..wide + beyond) {
                lay(i, j, [vertex(i, j), vertex(i + 1, j), vertex(i + 1, j + 1), vertex(i, j + 1)]);
            }
        }
        let line = |j: i64| -> Vec<Option<Point>> { (0..=wide).map(|i| vertex(i, j)).collect() };
        let mut upper = line(0);
        for j in 0..high {
            let lower = line(j + 1);
            for i in 0..wide {
                let at = i as usize;
                lay(i, j, [upper[at], upper[at + 1], lower[at + 1], lower[at]]);
            }
            upper = lower;
        }
        map
    }

    /// Lays half a cell over the pixels whose middles it covers. Both halves of an edge may take a pixel that lies on it; none is left out.
    fn lay(&mut self, corners: [Point; 3], on_design: [(f64, f64); 3]) {
        let Some((rows, columns)) = self.around(corners) else { return };
        let Some(map) = Affine::between(corners.map(|p| (p.x, p.y)), on_design) else { return };
        self.halves.push(map);
        let id = self.halves.len() as u32;
        let [a, b, c] = corners;
        let area = cross(a, b, c);
        let sign = if area < 0.0 { -1.0 } else { 1.0 };
        let tolerance = -1e-9 * (1.0 + area.abs());
        for y in rows {
            let line = (y - self.region.rows.start) * self.region.columns.len();
            for x in columns.clone() {
                let at = Point::new(x as f64 + 0.5, y as f64 + 0.5);
                let inside = [(a, b), (b, c), (c, a)].into_iter().all(|(p, q)| cross(p, q, at) * sign >= tolerance);
                if inside {
                    self.seen[line + x - self.region.columns.start] = id;
                }
            }
        }
    }

    /// The pixels of the region whose middles may lie in the triangle.
    fn around(&self, corners: [Point; 3]) -> Option<(Range<usize>, Range<usize>)> {
        let range = |at: fn(Point) -> f64, within: &Range<usize>| {
            let (low, high) = corners
                .iter()
                .map(|corner| at(*corner))
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
            let limit = |v: f64| v.clamp(within.start as f64, within.end as f64) as usize;
            limit((low - 0.5).floor())..limit((high + 0.5).ceil())
        };
        let rows = range(|p| p.y, &self.region.rows);
        let columns = range(|p| p.x, &self.region.columns);
        (!rows.is_empty() && !columns.is_empty()).then_some((rows, columns))
    }

    /// What the run from (`x`, `y`) to the right sees.
    #[inline]
    pub fn spots(&self, x: usize, y: usize) -> Option<Spots> {
        let Region { columns, rows } = &self.region;
        if !rows.contains(&y) {
            return None;
        }
        let line = &self.seen[(y - rows.start) * columns.len()..][..columns.len()];
        let id = |k: usize| if columns.contains(&(x + k)) { line[x + k - columns.start] } else { 0 };
        let ids: [u32; RUN] = std::array::from_fn(id);
        // From the middle outwards, so that the jacobian is the middle's where it can be.
        let outwards = (0..RUN / 2).flat_map(|k| [RUN / 2 + k, RUN / 2 - 1 - k]);
        let middle = outwards.map(|k| ids[k]).find(|id| *id != 0)?;
        let half = |id: u32| self.halves[if id == 0 { middle } else { id } as usize - 1];
        let mut spots = Spots { u: [0.0; RUN], v: [0.0; RUN], jacobian: [0.0; 4], seen: 0 };
        for (k, id) in ids.into_iter().enumerate() {
            (spots.u[k], spots.v[k]) = half(id).apply((x + k) as f64 + 0.5, y as f64 + 0.5);
            spots.seen |= Seen::from(id != 0) << k;
        }
        let Affine([a, b, _, d, e, _]) = half(middle);
        spots.jacobian = [a, b, d, e];
        Some(spots)
    }
}

/// Twice the area of a triangle, positive where its corners go clockwise on the screen.
fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::ALL_SEEN;

    fn map(mesh: &Mesh, cylinder: Option<&Cylinder>) -> MeshMap {
        let corners = [[20.0, 10.0], [180.0, 20.0], [170.0, 140.0], [30.0, 150.0]].map(Point::from);
        let plane = Homography::onto_unit_square(corners).inverse();
        let fit = Affine([400.0, 0.0, 0.0, 0.0, 300.0, 0.0]);
        MeshMap::of(
            &Way { mesh, patches: patches(mesh), cylinder, plane, fit, output: 200.0, margin: 0.0 },
            Region { columns: 0..200, rows: 0..160 },
        )
    }

    /// The largest difference from what `exact` says, in design pixels, over all pixels well inside.
    fn difference(map: &MeshMap, exact: impl Fn(f64, f64) -> (f64, f64)) -> f64 {
        let mut worst = 0.0f64;
        for (x, y) in (40..140).flat_map(|y| (40..150).step_by(RUN).map(move |x| (x, y))) {
            let spots = map.spots(x, y).unwrap();
            assert_eq!(spots.seen, ALL_SEEN, "a gap near {x}, {y}");
            for k in 0..RUN {
                let (u, v) = exact((x + k) as f64 + 0.5, y as f64 + 0.5);
                worst = worst.max((u - spots.u[k]).abs()).max((v - spots.v[k]).abs());
            }
        }
        worst
    }

    fn onto_square() -> Homography {
        Homography::onto_unit_square([[20.0, 10.0], [180.0, 20.0], [170.0, 140.0], [30.0, 150.0]].map(Point::from))
    }

    #[test]
    fn a_flat_mesh_is_the_plane() {
        let square = onto_square();
        let exact = |x: f64, y: f64| {
            let at = square.project(x, y).unwrap();
            (at.u * 400.0, at.v * 300.0)
        };
        for (columns, rows) in [(1, 1), (3, 2)] {
            let worst = difference(&map(&Mesh::flat(columns, rows).unwrap(), None), exact);
            assert!(worst < 0.05, "{worst} with {columns} × {rows} patches");
        }
    }

    #[test]
    fn a_flat_mesh_around_a_cylinder_is_the_cylinder() {
        let template = document::Cylinder { arc: 120.try_into().unwrap(), bend: 12.try_into().unwrap() };
        let (square, cylinder) = (onto_square(), Cylinder::new(template));
        let exact = |x: f64, y: f64| {
            let at = square.project(x, y).unwrap();
            let (s, t) = cylinder.flattened(at.u, at.v);
            (s * 400.0, t * 300.0)
        };
        let worst = difference(&map(&Mesh::flat(2, 2).unwrap(), Some(&cylinder)), exact);
        assert!(worst < 0.12, "{worst}");
    }

    #[test]
    fn patches_meet_without_a_seam() {
        let flat = Mesh::flat(3, 3).unwrap();
        let wave = |p: &Point| Point::new(p.x + 0.05 * libm::sin(7.0 * p.y), p.y + 0.06 * libm::sin(9.0 * p.x));
        let mesh = Mesh::new(3, 3, flat.points().iter().map(wave).collect()).unwrap();
        let map = map(&mesh, None);
        for y in 40..120 {
            let row: Vec<Spots> = (48..144).step_by(RUN).map(|x| map.spots(x, y).unwrap()).collect();
            let u: Vec<f64> = row.iter().flat_map(|spots| spots.u).collect();
            assert!(row.iter().all(|spots| spots.seen == ALL_SEEN), "a gap in row {y}");
            for steps in u.windows(2).map(|pair| pair[1] - pair[0]) {
                assert!((0.5..8.0).contains(&steps), "a jump of {steps} in row {y}");
            }
        }
    }
}
