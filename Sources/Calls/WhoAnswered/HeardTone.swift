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
