import CFlite
import CPocketsphinx
import FoundationEssentials
import Synchronization

/// How words sound, in the phones of the acoustic model: from its dictionary, or by flite's letter-to-sound rules for the rest.
///
/// Decoders start with an empty dictionary and are given the words of their grammars: with the whole one they would need 28 MB and
/// 80 ms each instead of 6 MB and 9 ms.
final class Pronunciations: Sendable {
    /// The dictionary file's text: lines of `word PHONE PHONE`, further readings as `word(2)`.
    private let dictionary: Data
    private let known = Mutex<[String: [String]]>([:])

    init(modelDirectory: String) throws {
        let path = modelDirectory + "/cmudict-en-us.dict"
        do {
            // A leading line break lets every entry be found by the break in front of it.
            dictionary = Data("\n".utf8) + (try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw RecognitionError.modelUnreadable(path)
        }
    }

    /// Every way to say `word`, each as phones separated by blanks. Empty if it cannot be pronounced.
    func readings(of word: String) -> [String] {
        if let readings = known.withLock({ $0[word] }) { return readings }
        var readings = Self.unlisted[word] ?? entries(for: word)
        if readings.isEmpty, let guess = Self.letterToSound(word) { readings = [guess] }
        known.withLock { $0[word] = readings }
        return readings
    }

    /// What the dictionary lacks and rules get wrong: the hums of agreement.
    private static let unlisted = ["mm": ["M"], "mhm": ["M HH M", "AH M HH AH M"]]

    private func entries(for word: String) -> [String] {
        guard let first = entry(word) else { return [] }
        return [first] + (2...5).lazy.map { self.entry("\(word)(\($0))") }.prefix { $0 != nil }.compactMap(\.self)
    }

    private func entry(_ key: String) -> String? {
        let needle = Array("\n\(key) ".utf8)
        return dictionary.withUnsafeBytes { text in
            guard let start = text.baseAddress, let hit = cps_find(start, text.count, needle, needle.count) else {
                return nil
            }
            let begin = start.distance(to: hit) + needle.count
            let end = text[begin...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
            return String(decoding: text[begin..<end], as: UTF8.self)
        }
    }

    /// flite's rules, its phones rewritten for the acoustic model: no stress marks, and a schwa is `AH`.
    private static func letterToSound(_ word: String) -> String? {
        guard word.count <= 40, word.contains(where: \.isLetter), let lexicon = cmu_lex_init(),
            let list = lex_lookup(lexicon, word, nil, nil)
        else {
            return nil
        }
        defer { delete_val(list) }
        var phones: [String] = []
        var rest: UnsafePointer<cst_val>? = UnsafePointer(list)
        while let cell = rest {
            if let name = val_string(val_car(cell)) {
                let phone = String(cString: name).uppercased().filter { !$0.isNumber }
                phones.append(phone == "AX" ? "AH" : phone)
            }
            rest = val_cdr(cell)
        }
        phones.removeAll { $0 == "PAU" }
        return phones.isEmpty || !phones.allSatisfy(Self.phones.contains) ? nil : phones.joined(separator: " ")
    }

    private static let phones: Set<String> = [
        "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH",
        "K",
        "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
    ]
}
