//! Which containers of a document are lists: a JSON Pointer alone does not tell whether `0` is an index or a name.

/// Which of the containers around a slot are lists, from the outermost one. Of those deeper than 64 nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lists {
    /// A bit for each container, the outermost one lowest.
    bits: u64,
    /// How many containers there are.
    depth: u16,
}

impl Lists {
    /// With one more container, inside of these.
    pub(crate) fn with(mut self, is_list: bool) -> Self {
        if is_list && self.depth < 64 {
            self.bits |= 1 << self.depth;
        }
        self.depth = self.depth.saturating_add(1);
        self
    }

    /// How many containers there are.
    pub(crate) fn depth(self) -> usize {
        self.depth.into()
    }

    /// Whether the container at this depth is a list, where that is known.
    pub(crate) fn is_list(self, depth: usize) -> Option<bool> {
        (depth < 64).then(|| self.bits & (1 << depth) != 0)
    }
}
