//! Money: an exact amount in a currency, as whoever named it said it. Amounts of different currencies are never added, and never
//! computed with binary fractions.

use std::{collections::BTreeMap, fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// The first amount that is too large, in either direction: what stays below has room for its decimals.
const AMOUNT_END: i64 = 1_000_000_000_000_000;
/// Decimals that an amount may have; services name fees and taxes to more than the currency has coins for.
const DECIMALS_MAX: u32 = 10;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("{0:?} is no currency; it takes the three capital letters of ISO 4217, such as EUR")]
    UnknownCurrency(String),
    #[error("{0:?} is no amount; it takes digits with at most one point, such as 12.50")]
    Unreadable(String),
    #[error("an amount is less than {AMOUNT_END} and has at most {DECIMALS_MAX} decimals")]
    OutOfRange,
    #[error("an amount in {0} and one in {1} cannot be put together")]
    Different(Currency, Currency),
}

/// A currency of ISO 4217 that people pay with; precious metals, units of account and test codes are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals the smallest coin has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| !currency.is_special() && !currency.is_fund())
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.chars().take(8).collect()))
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(code: String) -> Result<Self, MoneyError> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of a currency: exact, less than 10^15 in either direction, with at most ten decimals. In JSON the amount is text,
/// `{"amount": "12.50", "currency": "EUR"}`, so that no reader makes a binary fraction of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
struct Written {
    amount: String,
    currency: Currency,
}

impl TryFrom<Written> for Money {
    type Error = MoneyError;

    fn try_from(Written { amount, currency }: Written) -> Result<Self, MoneyError> {
        Self::parse(&amount, currency)
    }
}

impl From<Money> for Written {
    fn from(money: Money) -> Self {
        Self { amount: money.amount.to_string(), currency: money.currency }
    }
}

impl Money {
    /// # Errors
    /// An amount of 10^15 or more, or with more than ten decimals.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if amount.abs() >= Decimal::from(AMOUNT_END) || amount.normalize().scale() > DECIMALS_MAX {
            return Err(MoneyError::OutOfRange);
        }
        Ok(Self { amount, currency })
    }

    pub fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::ZERO, currency }
    }

    /// Reads digits with at most one point, as services write amounts: `24.50`, `-20`.
    ///
    /// # Errors
    /// Other text, and what [`Money::new`] refuses.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let unreadable = || MoneyError::Unreadable(amount.chars().take(40).collect());
        // The library reads underscores, too, and rounds digits that it has no room for.
        let plain = amount.len() <= 40 && amount.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
        let number = if plain { Decimal::from_str_exact(amount).ok() } else { None };
        Self::new(number.ok_or_else(unreadable)?, currency)
    }

    /// A whole number of a currency's parts, `amount / 10^decimals`.
    ///
    /// # Errors
    /// What [`Money::new`] refuses.
    pub fn of_parts(amount: i64, decimals: u32, currency: Currency) -> Result<Self, MoneyError> {
        let amount = Decimal::try_new(amount, decimals).map_err(|_| MoneyError::OutOfRange)?;
        Self::new(amount, currency)
    }

    pub fn amount(self) -> Decimal {
        self.amount
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it can be paid: it has no more decimals than the currency's smallest coin.
    pub fn is_payable(self) -> bool {
        self.amount.normalize().scale() <= self.currency.decimals()
    }

    /// The nearest amount that can be paid; a half goes away from zero, as shops and tax offices round.
    #[must_use]
    pub fn rounded(self) -> Self {
        let amount =
            self.amount.round_dp_with_strategy(self.currency.decimals(), RoundingStrategy::MidpointAwayFromZero);
        Self { amount, ..self }
    }

    /// # Errors
    /// Different currencies, or a sum of 10^15 or more.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Different(self.currency, other.currency));
        }
        Self::new(self.amount + other.amount, self.currency)
    }

    /// # Errors
    /// Different currencies, or a difference of 10^15 or more.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(Self { amount: -other.amount, ..other })
    }

    /// # Errors
    /// A product of 10^15 or more.
    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(quantity.into()).ok_or(MoneyError::OutOfRange)?;
        Self::new(amount, self.currency)
    }
}

/// As in a list of figures; what a person reads is written for their language.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Sums by currency, in the order of their codes: nothing is added across.
///
/// # Errors
/// A sum of 10^15 or more.
pub fn totals(amounts: impl IntoIterator<Item = Money>) -> Result<Vec<Money>, MoneyError> {
    let mut sums = BTreeMap::<&str, Money>::new();
    for money in amounts {
        let sum = sums.entry(money.currency.code()).or_insert(Money::zero(money.currency));
        *sum = sum.plus(money)?;
    }
    Ok(sums.into_values().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(amount: &str, currency: &str) -> Money {
        Money::parse(amount, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_currency_is_one_that_people_pay_with() {
        for (code, decimals) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0), ("HUF", 2), ("SAR", 2), ("RUB", 2)] {
            let currency: Currency = code.parse().unwrap();
            assert_eq!((currency.code(), currency.decimals()), (code, decimals));
        }
        for other in ["", "eur", "EURO", "XXX", "XAU", "XTS", "CLF", "QQQ", "€"] {
            assert!(other.parse::<Currency>().is_err(), "{other}");
        }
    }

    #[test]
    fn amounts_are_what_the_service_said_to_the_last_digit() {
        assert_eq!(money("24.50", "USD").to_string(), "24.50 USD");
        assert_eq!(Money::of_parts(2450, 2, "USD".parse().unwrap()).unwrap(), money("24.5", "USD"));
        assert_eq!(Money::of_parts(-20, 0, "JPY".parse().unwrap()).unwrap(), money("-20", "JPY"));
        let eur: Currency = "EUR".parse().unwrap();
        for bad in ["", "12,50", "1e3", "1_000", "0x10", "NaN", "+1", "1 000", "1.2.3", "--1", &"9".repeat(60)] {
            assert!(matches!(Money::parse(bad, eur), Err(MoneyError::Unreadable(_))), "{bad}");
        }
        for large in ["1000000000000000", "-1000000000000000", "0.00000000001"] {
            assert_eq!(Money::parse(large, eur), Err(MoneyError::OutOfRange), "{large}");
        }
        assert_eq!(Money::of_parts(1, 40, eur), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn json_has_text_and_no_fraction_of_two() {
        let price = money("0.10", "EUR");
        let json = serde_json::to_string(&price).unwrap();
        assert_eq!(json, r#"{"amount":"0.10","currency":"EUR"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), price);
        for bad in [
            r#"{"amount":0.1,"currency":"EUR"}"#,
            r#"{"amount":"0.1","currency":"eur"}"#,
            r#"{"amount":"1e9","currency":"EUR"}"#,
        ] {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_price_has_no_less_than_the_smallest_coin() {
        assert!(money("20", "JPY").is_payable() && !money("20.5", "JPY").is_payable());
        assert!(money("1.005", "KWD").is_payable() && !money("1.005", "EUR").is_payable());
        assert_eq!(money("1.005", "EUR").rounded(), money("1.01", "EUR"));
        assert_eq!(money("-1.005", "EUR").rounded(), money("-1.01", "EUR"));
        assert_eq!(money("20.5", "JPY").rounded(), money("21", "JPY"));
    }

    #[test]
    fn currencies_are_never_mixed() {
        let (eur, isk) = (money("25.10", "EUR"), money("4400", "ISK"));
        assert!(matches!(eur.plus(isk), Err(MoneyError::Different(..))));
        assert_eq!(totals([isk, eur, eur]), Ok(vec![money("50.20", "EUR"), money("4400", "ISK")]));
        assert_eq!(totals([]), Ok(vec![]));
        assert_eq!(money("999999999999999", "EUR").plus(money("1", "EUR")), Err(MoneyError::OutOfRange));
        assert_eq!(money("999999999999999", "EUR").times(u32::MAX), Err(MoneyError::OutOfRange));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn sums_are_exact_whatever_their_order(cents in proptest::collection::vec(-1_000_000_000i64..1_000_000_000, 0..40)) {
            let eur: Currency = "EUR".parse().unwrap();
            let sum = |cents: Vec<i64>| {
                cents.into_iter().try_fold(Money::zero(eur), |sum, cents| sum.plus(Money::of_parts(cents, 2, eur)?)).unwrap()
            };
            let there = sum(cents.clone());
            prop_assert_eq!(there, sum(cents.iter().rev().copied().collect()));
            prop_assert_eq!(there, Money::of_parts(cents.iter().sum(), 2, eur).unwrap());
            let back: Money = serde_json::from_str(&serde_json::to_string(&there).unwrap()).unwrap();
            prop_assert_eq!(back, there);
        }
    }
}
