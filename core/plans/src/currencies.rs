//! Currencies: which codes there are, and how small their smallest amount is.

use kernel::{
    Fault,
    documents::{Spanned, place_of},
};

use crate::fault::P003;

/// The alphabetic codes of ISO 4217 that have a minor unit, in order; those that were withdrawn since 2022 are kept,
/// since plans of those years name them.
///
/// Metals, units of account without a minor unit and codes for tests are not among them: nothing is paid in them.
#[rustfmt::skip]
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CLF",
    "CLP", "CNY", "COP", "COU", "CRC", "CUC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB",
    "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF",
    "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD",
    "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU",
    "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN",
    "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
    "SHP", "SLE", "SLL", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY",
    "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST",
    "XAD", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG", "ZWL",
];

/// A fault if nothing can be paid in the currency.
pub(crate) fn fault(file: &str, currency: &Spanned<String>) -> Option<Fault> {
    let code = &currency.value;
    CODES.binary_search(&code.as_str()).is_err().then(|| {
        Fault::new(P003, format!("`{code}` is not a currency of ISO 4217"))
            .place(place_of(file, currency))
            .hint("write the three capital letters of a currency that is paid in, such as `EUR`")
    })
}

/// Digits of a currency's minor unit, ISO 4217.
pub(crate) fn minor_digits(currency: &str) -> u8 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_order_and_every_one_with_digits_of_its_own_is_among_them() {
        assert!(CODES.is_sorted_by(|one, next| one < next));
        let mut own = 0;
        for one in b'A'..=b'Z' {
            for other in b'A'..=b'Z' {
                for last in b'A'..=b'Z' {
                    let code = String::from_utf8(vec![one, other, last]).unwrap();
                    if minor_digits(&code) != 2 {
                        assert!(CODES.contains(&code.as_str()), "{code}");
                        own += 1;
                    }
                }
            }
        }
        assert_eq!(own, 26);
    }
}
