extension PhoneLab {
    package struct Configuration: Sendable {
        /// How long telephones ring before they are answered, in ms, where a number does not say otherwise.
        package var ringing: ClosedRange<Int>
        /// Everything drawn at random comes from this and the Call-ID.
        package var seed: UInt64
        /// Where the ledger's JSON lines go. Nil: memory only.
        package var ledgerPath: String?
        /// Where the lab's own recordings of its lines go. Made if it is not there. Nil: none are made.
        package var recordingDirectory: String?
        /// A line that lasts longer is hung up, so that no test leaves one open for ever.
        package var longestCall: Duration

        package init(
            ringing: ClosedRange<Int> = 500...1500,
            seed: UInt64 = 1,
            ledgerPath: String? = nil,
            recordingDirectory: String? = nil,
            longestCall: Duration = .seconds(3600)
        ) {
            self.ringing = ringing
            self.seed = seed
            self.ledgerPath = ledgerPath
            self.recordingDirectory = recordingDirectory
            self.longestCall = longestCall
        }

        /// The Call-ID with everything that is no letter, digit or hyphen replaced, so that no caller chooses where files are written.
        func recordingPath(sipCallID: String) -> String? {
            recordingDirectory.map { directory in
                let name = sipCallID.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" }
                return "\(directory)/\(String(name.suffix(100))).wav"
            }
        }
    }
}
