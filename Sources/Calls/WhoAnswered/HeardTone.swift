/// A tone that was heard on a line.
package struct HeardTone: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// What a mailbox invites to speak with: one tone, a chirp, or several in a row.
        case beep
        /// Somewhere behind the answer a telephone rings.
        case ringback
        case busy
        case dialTone = "dial_tone"
        /// The three rising tones in front of a network's announcement (ITU-T E.180).
        case specialInformation = "special_information"
        /// The same three with a second one of 1,428 Hz instead of 1,371: the network found no way there, and the number may be a good one (Telcordia GR-674, "no
        /// circuit" and "reorder").
        case noCircuit = "no_circuit"
        /// A calling fax: 1,100 Hz for half a second, every three seconds (ITU-T T.30).
        case faxCalling = "fax_calling"
        /// An answering fax or modem: 2,100 Hz for longer than a beep lasts (ITU-T T.30, V.25).
        case faxAnswering = "fax_answering"
        /// A key was pressed.
        case key
    }

    package var kind: Kind
    /// In ms since the first frame.
    package var start: Int
    /// In ms since the first frame. Nil: it has only begun, and what it is may change when it ends.
    package var end: Int?
    /// Of its beginning, in Hz; the stronger one if there are two.
    package var frequency: Int
    /// When it was known, in ms since the first frame.
    package var known: Int

    package init(kind: Kind, start: Int, end: Int?, frequency: Int, known: Int) {
        self.kind = kind
        self.start = start
        self.end = end
        self.frequency = frequency
        self.known = known
    }
}

extension HeardTone {
    /// Whether it is like one of those that a calling fax sends every three seconds (ITU-T T.30 section 4.1.1: 1,100 Hz ± 38, 0.5 s ± 15 %).
    package var isLikeFaxCalling: Bool {
        guard kind == .beep, let end else { return false }
        return (1_062...1_138).contains(frequency) && (400...620).contains(end - start)
    }
}
