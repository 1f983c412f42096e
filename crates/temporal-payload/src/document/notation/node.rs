//! What was read in a notation, before it is known which of its texts are bytes.

/// A value.
pub(super) enum Node {
    Null,
    /// A number or truth value, as JSON writes it.
    Scalar(String),
    Text(Text),
    Bytes(Vec<u8>),
    /// Numbers that may be bytes; `indexed` where they came as an object with the names "0", "1", "2".
    Numbers {
        values: Vec<i16>,
        indexed: bool,
    },
    List(Vec<Node>),
    Map(Vec<Member>),
}

/// A text in quotes, or a word without them.
pub(super) struct Text {
    /// The token as it stands, quotes included, where it is a string of JSON.
    pub(super) json: Option<String>,
    /// What it stands for, where it is no string of JSON.
    pub(super) value: Vec<u8>,
}

/// A member of a map.
pub(super) struct Member {
    pub(super) name: String,
    /// Written without quotes.
    pub(super) bare: bool,
    /// Written with `=>`: texts of such maps are what they say, never base64.
    pub(super) arrow: bool,
    pub(super) node: Node,
}

impl Text {
    pub(super) fn word(value: &str) -> Self {
        Text {
            json: None,
            value: value.as_bytes().to_vec(),
        }
    }

    /// The bytes that it stands for.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match &self.json {
            Some(json) => crate::json_string::unescape(json).into_owned().into_bytes(),
            None => self.value.clone(),
        }
    }
}

impl Node {
    pub(super) fn word(word: &str) -> Self {
        Node::Text(Text::word(word))
    }

    /// The bytes that this is a list of, or stands for; numbers from -128 on, as Java has them.
    pub(super) fn as_bytes(&self) -> Option<Vec<u8>> {
        match self {
            Node::Bytes(bytes) => Some(bytes.clone()),
            Node::Numbers { values, .. } => {
                Some(values.iter().map(|&value| value.to_le_bytes()[0]).collect())
            }
            Node::Null | Node::Scalar(_) | Node::Text(_) | Node::List(_) | Node::Map(_) => None,
        }
    }

    pub(super) fn text(&self) -> Option<Vec<u8>> {
        match self {
            Node::Text(text) => Some(text.bytes()),
            Node::Null
            | Node::Scalar(_)
            | Node::Bytes(_)
            | Node::Numbers { .. }
            | Node::List(_)
            | Node::Map(_) => None,
        }
    }
}

/// The items of a list while it is read: numbers that may be bytes take two bytes each.
#[derive(Default)]
pub(super) struct Items {
    numbers: Vec<i16>,
    nodes: Vec<Node>,
}

impl Items {
    pub(super) fn push(&mut self, node: Node) {
        if self.nodes.is_empty()
            && let Node::Scalar(scalar) = &node
            && let Some(value) = small(scalar)
        {
            self.numbers.push(value);
            return;
        }
        self.spill();
        self.nodes.push(node);
    }

    fn spill(&mut self) {
        let numbers = std::mem::take(&mut self.numbers);
        self.nodes
            .extend(numbers.iter().map(|value| Node::Scalar(value.to_string())));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.nodes.is_empty()
    }

    pub(super) fn into_nodes(mut self) -> Vec<Node> {
        self.spill();
        self.nodes
    }

    /// As what stands side by side: several numbers are one list of bytes.
    pub(super) fn into_roots(self) -> Vec<Node> {
        match self.nodes.is_empty() && self.numbers.len() > 1 {
            true => vec![self.into_list()],
            false => self.into_nodes(),
        }
    }

    pub(super) fn into_list(self) -> Node {
        if self.nodes.is_empty() && !self.numbers.is_empty() {
            return Node::Numbers {
                values: self.numbers,
                indexed: false,
            };
        }
        Node::List(self.into_nodes())
    }
}

/// A number that may be a byte, where JSON would write it as it stands.
pub(super) fn small(scalar: &str) -> Option<i16> {
    let digits = scalar.strip_prefix('-').unwrap_or(scalar);
    let plain =
        digits.len() <= 3 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain || (digits.starts_with('0') && scalar != "0") {
        return None;
    }
    let value: i16 = scalar.parse().ok()?;
    (-128..=255).contains(&value).then_some(value)
}
