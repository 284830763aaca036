//! The cheapest cut between two ends of a graph.
//!
//! Y. Boykov and V. Kolmogorov, "An experimental comparison of min-cut/max-flow algorithms for energy minimization in vision" (2004):
//! two trees grow from the ends until they meet, flow is pushed along the way found, and what it cuts off is adopted again.

const NONE: u32 = u32::MAX;
/// The parent of a node that hangs on an end itself.
const END: u32 = u32::MAX - 1;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tree {
    Free,
    Source,
    Sink,
}

#[derive(Clone, Copy)]
struct Arc {
    head: u32,
    /// The next arc of the same node.
    next: u32,
    /// What still fits through.
    rest: f32,
}

/// Nodes between a source and a sink. Arcs come in pairs, one each way: the partner of arc `a` is `a ^ 1`.
pub struct Flow {
    first: Vec<u32>,
    arcs: Vec<Arc>,
    /// What still fits from the source to the node; below 0, from the node to the sink.
    ends: Vec<f32>,
    tree: Vec<Tree>,
    /// The arc from the node towards its tree's root.
    parent: Vec<u32>,
    active: std::collections::VecDeque<u32>,
    queued: Vec<bool>,
    orphans: Vec<u32>,
    /// How far the root was, and when that was found out.
    distance: Vec<u32>,
    stamp: Vec<u32>,
    time: u32,
}

impl Flow {
    pub fn new(nodes: usize, links: usize) -> Self {
        Self {
            first: vec![NONE; nodes],
            arcs: Vec::with_capacity(links * 2),
            ends: vec![0.0; nodes],
            tree: vec![Tree::Free; nodes],
            parent: vec![NONE; nodes],
            active: Default::default(),
            queued: vec![false; nodes],
            orphans: Vec::new(),
            distance: vec![0; nodes],
            stamp: vec![0; nodes],
            time: 0,
        }
    }

    /// What fits between a node and the two ends. What fits through the node from end to end is cut anyway.
    pub fn join_ends(&mut self, node: usize, from_source: f32, to_sink: f32) {
        self.ends[node] += from_source - to_sink;
    }

    /// What fits between two nodes, each way.
    pub fn join(&mut self, a: usize, b: usize, each_way: f32) {
        for (from, head) in [(a, b), (b, a)] {
            let next = std::mem::replace(&mut self.first[from], self.arcs.len() as u32);
            self.arcs.push(Arc { head: head as u32, next, rest: each_way });
        }
    }

    /// For each node whether it stays with the source once the cheapest cut is made.
    pub fn cut(mut self) -> Vec<bool> {
        for node in 0..self.first.len() {
            let end = self.ends[node];
            if end != 0.0 {
                self.tree[node] = if end > 0.0 { Tree::Source } else { Tree::Sink };
                self.parent[node] = END;
                self.distance[node] = 1;
                self.activate(node as u32);
            }
        }
        while let Some(node) = self.active.pop_front() {
            self.queued[node as usize] = false;
            // The node may have lost its tree meanwhile. It stays active as long as it finds the other tree.
            while self.tree[node as usize] != Tree::Free {
                let Some(meeting) = self.grow(node) else { break };
                self.time += 1;
                self.push(meeting);
                self.adopt();
            }
        }
        self.tree.into_iter().map(|tree| tree == Tree::Source).collect()
    }

    fn activate(&mut self, node: u32) {
        if !std::mem::replace(&mut self.queued[node as usize], true) {
            self.active.push_back(node);
        }
    }

    fn arcs_of(&self, node: u32) -> impl Iterator<Item = u32> + use<'_> {
        let first = self.first[node as usize];
        std::iter::successors((first != NONE).then_some(first), |arc| {
            let next = self.arcs[*arc as usize].next;
            (next != NONE).then_some(next)
        })
    }

    /// What fits through an arc in the direction in which its tree's flow goes: away from the source, towards the sink.
    fn rest(&self, tree: Tree, arc: u32) -> f32 {
        self.arcs[if tree == Tree::Source { arc } else { arc ^ 1 } as usize].rest
    }

    /// Takes free neighbours into the node's tree, until an arc leads to the other tree: that one, from the source's side.
    fn grow(&mut self, node: u32) -> Option<u32> {
        let tree = self.tree[node as usize];
        let mut arc = self.first[node as usize];
        while arc != NONE {
            let Arc { head, next, .. } = self.arcs[arc as usize];
            if self.rest(tree, arc) > 0.0 {
                let at = head as usize;
                if self.tree[at] == Tree::Free {
                    self.tree[at] = tree;
                    self.parent[at] = arc ^ 1;
                    self.stamp[at] = self.stamp[node as usize];
                    self.distance[at] = self.distance[node as usize] + 1;
                    self.activate(head);
                } else if self.tree[at] != tree {
                    return Some(if tree == Tree::Source { arc } else { arc ^ 1 });
                } else if self.stamp[at] <= self.stamp[node as usize]
                    && self.distance[at] > self.distance[node as usize] + 1
                {
                    // A shorter way to the root.
                    self.parent[at] = arc ^ 1;
                    self.stamp[at] = self.stamp[node as usize];
                    self.distance[at] = self.distance[node as usize] + 1;
                }
            }
            arc = next;
        }
        None
    }

    /// Pushes what fits along the way that an arc between the trees closes.
    fn push(&mut self, meeting: u32) {
        let (from, to) = (self.arcs[(meeting ^ 1) as usize].head, self.arcs[meeting as usize].head);
        let mut fits = self.arcs[meeting as usize].rest;
        for (start, tree) in [(from, Tree::Source), (to, Tree::Sink)] {
            let mut node = start;
            while self.parent[node as usize] != END {
                let arc = self.parent[node as usize];
                // Seen from the parent: flow comes down the source's tree and goes up the sink's.
                fits = fits.min(self.rest(tree, arc ^ 1));
                node = self.arcs[arc as usize].head;
            }
            fits = fits.min(self.ends[node as usize].abs());
        }
        self.arcs[meeting as usize].rest -= fits;
        self.arcs[(meeting ^ 1) as usize].rest += fits;
        for (start, tree) in [(from, Tree::Source), (to, Tree::Sink)] {
            let mut node = start;
            while self.parent[node as usize] != END {
                let arc = self.parent[node as usize];
                let along = if tree == Tree::Source { arc ^ 1 } else { arc };
                self.arcs[(along ^ 1) as usize].rest += fits;
                self.arcs[along as usize].rest -= fits;
                if self.arcs[along as usize].rest <= 0.0 {
                    self.abandon(node);
                }
                node = self.arcs[arc as usize].head;
            }
            let end = &mut self.ends[node as usize];
            *end -= fits.copysign(*end);
            if *end == 0.0 {
                self.abandon(node);
            }
        }
    }

    fn abandon(&mut self, node: u32) {
        self.parent[node as usize] = NONE;
        self.orphans.push(node);
    }

    /// Finds each orphan another parent in its tree, nearest to the root; or frees it, and its children become orphans.
    fn adopt(&mut self) {
        while let Some(node) = self.orphans.pop() {
            let tree = self.tree[node as usize];
            let mut nearest: Option<(u32, u32)> = None;
            let arcs: Vec<u32> = self.arcs_of(node).collect();
            for &arc in &arcs {
                let head = self.arcs[arc as usize].head;
                if self.tree[head as usize] != tree || self.rest(tree, arc ^ 1) <= 0.0 {
                    continue;
                }
                if let Some(distance) = self.way_to_root(head)
                    && nearest.is_none_or(|(_, best)| distance < best)
                {
                    nearest = Some((arc, distance));
                }
            }
            if let Some((arc, distance)) = nearest {
                self.parent[node as usize] = arc;
                self.stamp[node as usize] = self.time;
                self.distance[node as usize] = distance + 1;
                continue;
            }
            for &arc in &arcs {
                let head = self.arcs[arc as usize].head;
                if self.tree[head as usize] != tree {
                    continue;
                }
                if self.rest(tree, arc ^ 1) > 0.0 {
                    self.activate(head);
                }
                if self.parent[head as usize] == arc ^ 1 {
                    self.abandon(head);
                }
            }
            self.tree[node as usize] = Tree::Free;
        }
    }

    /// How far the root is from a node, if its way still ends at one; remembered along the way.
    fn way_to_root(&mut self, start: u32) -> Option<u32> {
        let (mut node, mut steps) = (start, 0);
        let total = loop {
            let at = node as usize;
            if self.stamp[at] == self.time && self.parent[at] != NONE {
                break steps + self.distance[at];
            }
            match self.parent[at] {
                NONE => return None,
                END => {
                    self.stamp[at] = self.time;
                    self.distance[at] = 1;
                    break steps + 1;
                }
                arc => node = self.arcs[arc as usize].head,
            }
            steps += 1;
        };
        let (mut node, mut left) = (start, total);
        while self.stamp[node as usize] != self.time {
            let at = node as usize;
            self.stamp[at] = self.time;
            self.distance[at] = left;
            left -= 1;
            node = self.arcs[self.parent[at] as usize].head;
        }
        Some(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A small graph: what fits between nodes and ends, and between pairs of nodes, in whole numbers.
    #[derive(Clone, Debug)]
    struct Graph {
        ends: Vec<(u8, u8)>,
        links: Vec<(usize, usize, u8)>,
    }

    fn graph() -> impl Strategy<Value = Graph> {
        let ends = prop::collection::vec((0..20u8, 0..20u8), 2..10);
        ends.prop_flat_map(|ends| {
            let node = 0..ends.len();
            let links = prop::collection::vec((node.clone(), node, 0..12u8), 0..24);
            links.prop_map(move |links| Graph { ends: ends.clone(), links })
        })
    }

    /// What a cut costs.
    fn cost(graph: &Graph, source: &[bool]) -> u32 {
        let ends =
            graph.ends.iter().zip(source).map(|((from, to), source)| u32::from(if *source { *to } else { *from }));
        let links = graph.links.iter().filter(|(a, b, _)| source[*a] != source[*b]).map(|(.., fits)| u32::from(*fits));
        ends.sum::<u32>() + links.sum::<u32>()
    }

    proptest! {
        #[test]
        fn no_other_cut_is_cheaper(graph in graph()) {
            let nodes = graph.ends.len();
            let mut flow = Flow::new(nodes, graph.links.len());
            for (node, (from, to)) in graph.ends.iter().enumerate() {
                flow.join_ends(node, f32::from(*from), f32::from(*to));
            }
            for &(a, b, fits) in graph.links.iter().filter(|(a, b, _)| a != b) {
                flow.join(a, b, f32::from(fits));
            }
            let ours = cost(&graph, &flow.cut());
            let all = (0..1u32 << nodes).map(|bits| (0..nodes).map(|i| bits >> i & 1 == 1).collect::<Vec<_>>());
            prop_assert_eq!(ours, all.map(|cut| cost(&graph, &cut)).min().unwrap());
        }
    }
}
