/// How many requests may come with one key. Nil: whoever asks has to look further, and where nobody set a limit there is none.
package struct RequestLimits: Sendable, Hashable, Codable {
    package static let accepted = 1...1_000_000

    package var perMinute: Int?
    package var perHour: Int?

    package init(perMinute: Int? = nil, perHour: Int? = nil) {
        self.perMinute = perMinute
        self.perHour = perHour
    }
}
