import CPhoneNumber
package import Calls

extension PhoneNumber {
    /// A number as people, spreadsheets and address books write it: with spaces and punctuation, in quotation marks, with invisible marks of
    /// writing direction around it. `region` (ISO 3166, as in `ES`) is what a number without a calling code belongs to.
    ///
    /// About 10 µs, unless it is in E.164 already.
    package init(written text: String, region: String? = nil) throws(NumberFault) {
        if let number = PhoneNumber(text) {
            self = number
            return
        }
        let cleaned = Self.cleaned(text)
        if let number = PhoneNumber(cleaned) {
            self = number
            return
        }
        if let fault = NumberFault(in: cleaned) { throw fault }
        var e164 = [CChar](repeating: 0, count: 24)
        let result = cphonenumber_read(cleaned, region ?? "ZZ", &e164, Int32(e164.count))
        guard result == cphonenumber_read_done else { throw NumberFault(result) }
        let bytes = e164.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        guard let number = PhoneNumber(String(decoding: bytes, as: UTF8.self)) else { throw .wrongLength(.tooLong) }
        self = number
    }

    /// Whether numbers can belong to `region`, as in `ES`.
    package static func isRegion(_ region: String) -> Bool {
        region.utf8.count == 2 && cphonenumber_is_region(region)
    }

    /// Without what stands around the number and is not part of it: white space, marks that nobody sees, and what makes spreadsheets take
    /// digits for text (an apostrophe in front, or `="…"` around).
    private static func cleaned(_ text: String) -> String {
        var inner = text.unicodeScalars.filter { $0.properties.generalCategory != .format }[...]
        func trim() {
            inner = inner.drop { $0.properties.isWhitespace }
            while inner.last?.properties.isWhitespace == true { inner.removeLast() }
        }
        trim()
        if inner.starts(with: "=\"".unicodeScalars), inner.last == "\"", inner.count > 3 {
            inner = inner.dropFirst(2).dropLast()
        }
        while inner.first == "'" { inner.removeFirst() }
        trim()
        // A plus sign of full width, as East Asian keyboards write it.
        if inner.first == "＋" { return "+" + String(inner.dropFirst()) }
        return String(inner)
    }
}

/// Why a text is no telephone number that can be dialed.
package enum NumberFault: Error, Sendable, Hashable {
    package enum Length: Sendable, Hashable {
        case tooShort
        case tooLong
        /// The code of its area is missing.
        case local
    }

    case empty
    /// As in `3.46E+10`: a spreadsheet took the digits for a quantity, and rounded it.
    case scientificNotation
    /// As in `34600111222.0`: a program took the digits for a quantity.
    case fraction
    case formula
    case letters
    /// There is more than one.
    case several
    /// It has no calling code, and no region was given for such numbers.
    case noCountry
    case wrongLength(Length)
    /// Behind the number stands the extension of a private exchange, which cannot be dialed.
    case hasExtension
    case notANumber

    /// What can be seen without knowing the plans.
    fileprivate init?(in text: String) {
        if text.isEmpty {
            self = .empty
        } else if text.wholeMatch(of: /[+-]?[0-9]+([.,][0-9]+)?\s*[eE]\s*[+-]?[0-9]+/) != nil {
            self = .scientificNotation
        } else if text.wholeMatch(of: /[+-]?[0-9]{5,}[.,]0+/) != nil {
            self = .fraction
        } else if text.first == "=" || text.first == "@" {
            self = .formula
        } else if text.utf8.count > 64 {
            self = .notANumber
        } else if text.split(whereSeparator: { ";/,|".contains($0) }).count(where: Self.isLong) > 1 {
            self = .several
        } else if !text.contains(where: \.isNumber) {
            self = .notANumber
        } else if text.contains(/[xX#]|ext/) {
            self = .hasExtension
        } else if text.contains(where: \.isLetter) {
            self = .letters
        } else {
            return nil
        }
    }

    private static func isLong(_ part: Substring) -> Bool { part.count(where: \.isNumber) >= 6 }

    fileprivate init(_ result: cphonenumber_read_result) {
        self =
            switch result {
            case cphonenumber_read_no_country: .noCountry
            case cphonenumber_read_too_short: .wrongLength(.tooShort)
            case cphonenumber_read_too_long: .wrongLength(.tooLong)
            case cphonenumber_read_local: .wrongLength(.local)
            case cphonenumber_read_extension: .hasExtension
            default: .notANumber
            }
    }
}

extension NumberFault: CustomStringConvertible {
    /// What happened and what to do, in plain words.
    package var description: String {
        switch self {
        case .empty: "there is no number"
        case .scientificNotation:
            """
            a spreadsheet wrote the number as a rounded quantity, as in 3.46E+10, and its digits are lost: format the column as text in \
            the spreadsheet and export it again
            """
        case .fraction:
            "a program wrote the number as a quantity with a decimal point: export the column as text, like +34600111222"
        case .formula: "this is a formula and no number"
        case .letters: "there are letters in the number: write it in digits, like +34600111222"
        case .several: "there is more than one number: give each its own row"
        case .noCountry:
            "the number has no country code: write it like +34600111222, or name the region that such numbers belong to"
        case .wrongLength(.tooShort): "the number has too few digits"
        case .wrongLength(.tooLong): "the number has too many digits"
        case .wrongLength(.local): "the area code is missing"
        case .hasExtension: "an extension cannot be dialed: give the number alone"
        case .notANumber: "this is no telephone number: write one like +34600111222"
        }
    }
}
