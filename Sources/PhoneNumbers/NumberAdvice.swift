/// What the world's numbering plans say about a number, as libphonenumber knows them.
///
/// Advice and not a verdict: plans change faster than the copy in the library, so a number is never refused for this alone.
package struct NumberAdvice: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case fixedLine = "fixed_line"
        case mobile
        /// Plans such as North America's do not tell the two apart.
        case fixedLineOrMobile = "fixed_line_or_mobile"
        case tollFree = "toll_free"
        case premiumRate = "premium_rate"
        case sharedCost = "shared_cost"
        case voip
        case personal
        case pager
        case companyWide = "company_wide"
        case voicemail
        case unknown
    }

    /// ISO 3166, as in `US`; `001` for numbers that belong to no country. Nil if the plan assigns the number to nobody.
    package var region: String?
    package var kind: Kind
    /// Its length is one that the region uses.
    package var isPossible: Bool
    /// It lies in a range that the region has assigned.
    package var isValid: Bool

    package init(region: String?, kind: Kind, isPossible: Bool, isValid: Bool) {
        self.region = region
        self.kind = kind
        self.isPossible = isPossible
        self.isValid = isValid
    }
}
