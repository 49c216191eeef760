package import FoundationEssentials
package import Hummingbird
import Synchronization

/// Writes answers: snake_case names, sorted so that the same value is always the same bytes, and JSON text that customers gave us
/// exactly as they gave it.
package struct WireEncoder: ResponseEncoder, Sendable {
    private let keys: JSONEncoder.KeyEncodingStrategy

    package init() {
        keys = .convertToSnakeCase
    }

    /// Writes names as they are in the code, for documents that mix spellings.
    static let verbatim = WireEncoder(keys: .useDefaultKeys)

    private init(keys: JSONEncoder.KeyEncodingStrategy) {
        self.keys = keys
    }

    package func data(_ value: some Encodable) throws -> Data {
        let verbatim = VerbatimTexts()
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = keys
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // JSON has no infinity; a number that is one must not cost the whole document.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity",
            negativeInfinity: "-Infinity",
            nan: "NaN"
        )
        encoder.userInfo[VerbatimTexts.key] = verbatim
        return verbatim.splice(into: try encoder.encode(value))
    }

    package func encode(
        _ value: some Encodable,
        from request: Request,
        context: some RequestContext
    ) throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try data(value)))
        )
    }
}

/// A JSON text that is written as it stands. It has to be well-formed.
///
/// `JSONEncoder` has no way to say this, so the encoder writes a name that cannot occur elsewhere, and `WireEncoder` puts the text in
/// its place.
struct VerbatimJSON: Encodable, Sendable {
    let text: String

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        guard let texts = encoder.userInfo[VerbatimTexts.key] as? VerbatimTexts else {
            let problem = "JSON text can only be written verbatim by WireEncoder"
            throw EncodingError.invalidValue(text, .init(codingPath: encoder.codingPath, debugDescription: problem))
        }
        try container.encode(texts.placeholder(for: text))
    }
}

/// The texts to be put into one document, by placeholder.
private final class VerbatimTexts: Sendable {
    static let key: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "verbatim") else { preconditionFailure("any text names a key") }
        return key
    }()

    /// 128 random bits made for this document: nothing a customer sent can contain them.
    private let mark = "verbatim-\(UUID().uuidString)-"
    private let texts = Mutex<[String]>([])

    func placeholder(for text: String) -> String {
        texts.withLock { texts in
            texts.append(text)
            return mark + String(texts.count - 1) + ";"
        }
    }

    func splice(into document: Data) -> Data {
        let texts = texts.withLock { $0 }
        guard !texts.isEmpty else { return document }
        let mark = Data("\"\(mark)".utf8)
        var spliced = Data()
        var rest = document[...]
        while let found = rest.firstRange(of: mark) {
            spliced.append(rest[..<found.lowerBound])
            let tail = rest[found.upperBound...]
            guard let end = tail.firstIndex(of: UInt8(ascii: ";")),
                let index = Int(String(decoding: tail[..<end], as: UTF8.self)), texts.indices.contains(index)
            else { break }
            spliced.append(contentsOf: texts[index].utf8)
            // Past the semicolon and the closing quotation mark.
            rest = tail[(end + 2)...]
        }
        spliced.append(rest)
        return spliced
    }
}
