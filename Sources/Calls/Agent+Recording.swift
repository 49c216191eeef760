extension Agent.Voicemail {
    /// What the transcript has in place of words that were recorded beforehand.
    package static func mark(of audio: String) -> String { "[\(audio)]" }

    /// Why no file can have this name. Nil: one can. A name is no path: letters, digits, `-`, `_` and dots inside, and `.wav` behind it.
    package static func problem(withAudio name: String) -> String? {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, name.hasSuffix(".wav"), !name.hasPrefix("."), !name.contains(".."),
            (5...100).contains(name.count)
        else {
            return
                "expected the name of a file like spring-offer.wav: letters, digits, '-', '_' and dots, and no folder"
        }
        return nil
    }
}
