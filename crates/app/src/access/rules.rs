//! Access rules: saved, moved, removed; and what holds where none of them fits.

use super::view::{
    AccessPlaceRequest, AccessView, MoveRuleRequest, SaveRuleRequest, SetAccessDefaultRequest,
};
use super::{AccessControl, policy};
use crate::error::AppError;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AccessControl {
    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::File`].
    pub fn save_rule(&self, request: SaveRuleRequest) -> Result<AccessView, AppError> {
        let place = request
            .place
            .map(|place| Self::place(&self.policy().rules, place))
            .transpose()?;
        let rule = policy::rule(&request.rule)?;
        self.change(|policy| match place {
            Some(place) => policy.rules[place] = rule,
            None => policy.rules.push(rule),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::File`].
    pub fn remove_rule(&self, request: AccessPlaceRequest) -> Result<AccessView, AppError> {
        let place = Self::place(&self.policy().rules, request.place)?;
        self.change(|policy| drop(policy.rules.remove(place)))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::File`].
    pub fn move_rule(&self, request: MoveRuleRequest) -> Result<AccessView, AppError> {
        let rules = self.policy().rules;
        let place = Self::place(&rules, request.place)?;
        let to = Self::place(&rules, request.to)?;
        self.change(|policy| {
            let rule = policy.rules.remove(place);
            policy.rules.insert(to, rule);
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::File`].
    pub fn set_access_default(
        &self,
        request: SetAccessDefaultRequest,
    ) -> Result<AccessView, AppError> {
        self.change(|policy| policy.default = request.then)
    }
}
