//! What JSON has where a text has something else, in words that follow a place: "… at line 2, column 3: a colon is expected there".

/// What JSON has where a text has something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Expected {
    /// Nothing: the value is complete.
    #[error("there is more text after the end of the JSON")]
    End,
    /// A value.
    #[error("a value is expected there: a text in double quotes, a number, an object or a list")]
    Value,
    /// A member's name.
    #[error("a name in double quotes is expected there")]
    Name,
    /// What stands between a name and its value.
    #[error("a colon is expected there")]
    Colon,
    /// What follows a member of an object.
    #[error("a comma or }} is expected there")]
    CommaOrBrace,
    /// What follows an item of a list.
    #[error("a comma or ] is expected there")]
    CommaOrBracket,
    /// No line break or other control character inside a text.
    #[error("a text in quotes goes on over a line break or another control character there")]
    NoControl,
    /// What may follow a backslash.
    #[error("a backslash has something after it there that JSON does not allow")]
    Escape,
    /// The rest of a number.
    #[error("a number is not written as JSON writes it there")]
    Number,
}
