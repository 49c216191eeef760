package import FoundationEssentials
package import Hummingbird

/// A list of contacts that came with a request, kept in a file without a name: nothing is begun before all of it is there, and memory
/// holds a piece of it at a time.
package struct ListUpload: Sendable {
    /// What came beside the file, as a JSON object. `{}` if nothing did.
    let settings: [UInt8]
    private let file: ScratchFile

    /// Takes `multipart/form-data` with a part `file` and, before or after it, a part `settings`.
    init(_ request: Request) async throws {
        let accepted = [UploadReader.fileName, "settings"]
        var reader = UploadReader()
        var seen: Set<String> = []
        try await reader.read(request) { name, _ in
            guard accepted.contains(name) else { throw RequestProblem.unknownField(name, accepted: accepted) }
            guard seen.insert(name).inserted else { throw RequestProblem.invalidField(name, message: "given twice") }
        }
        guard let file = reader.file else { throw RequestProblem.missingField(UploadReader.fileName) }
        settings = reader.fields.first?.value ?? Array("{}".utf8)
        self.file = file
    }

    fileprivate init(_ file: ScratchFile) {
        settings = []
        self.file = file
    }
}

extension ListUpload: AsyncSequence {
    package func makeAsyncIterator() -> Iterator { Iterator(pieces: file.makeAsyncIterator()) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var pieces: ScratchFile.Iterator

        package mutating func next() async throws -> Data? { try await pieces.next() }
    }
}

/// A form of a page with a list of contacts in it.
package struct FormUpload: Sendable {
    /// In the order of the form.
    package let fields: [(name: String, value: String)]
    /// Nil if no file was chosen, or an empty one.
    package let list: ListUpload?

    /// `admit` is asked with the fields that stand before the file as soon as the file begins: what it throws ends the upload there.
    package init(
        _ request: Request,
        admit: (_ fields: [(name: String, value: String)]) throws -> Void
    ) async throws {
        var reader = UploadReader()
        try await reader.read(request) { name, fields in
            guard name == UploadReader.fileName else { return }
            try admit(Self.texts(fields))
        }
        fields = Self.texts(reader.fields)
        list = reader.fileSize > 0 ? reader.file.map(ListUpload.init) : nil
    }

    private static func texts(_ fields: [(name: String, value: [UInt8])]) -> [(name: String, value: String)] {
        fields.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
    }
}
