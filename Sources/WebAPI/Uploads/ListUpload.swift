import HTTPTypes
import Hummingbird
import NIOCore

/// A list of contacts that came with a request, kept in a file without a name: nothing is begun before all of it is there, and memory
/// holds a piece of it at a time.
struct ListUpload: Sendable {
    /// In bytes.
    static let sizeLimit = 256 * 1024 * 1024
    private static let settingsLimit = 256 * 1024

    /// What came beside the file, as a JSON object. `{}` if nothing did.
    let settings: [UInt8]
    private let file: ScratchFile

    /// Takes `multipart/form-data` with a part `file` and, before or after it, a part `settings`.
    init(_ request: Request) async throws {
        guard request.mediaType == "multipart/form-data",
            var reader = request.headers[.contentType].flatMap(MultipartReader.init(contentType:))
        else { throw RequestProblem.unsupportedMediaType(accepted: ["multipart/form-data"]) }
        let file = try ScratchFile()
        var settings: [UInt8] = []
        var seen: [String] = []
        var size = 0
        do {
            for try await part in request.body {
                size += part.readableBytes
                guard size <= Self.sizeLimit else { throw RequestProblem.bodyTooLarge(limit: Self.sizeLimit) }
                for event in try reader.read(part.readableBytesView) {
                    switch event {
                    case .part(let name):
                        guard ["file", "settings"].contains(name) else {
                            throw RequestProblem.unknownField(name, accepted: ["file", "settings"])
                        }
                        guard !seen.contains(name) else {
                            throw RequestProblem.invalidField(name, message: "given twice")
                        }
                        seen.append(name)
                    case .data(let bytes) where seen.last == "file": try file.append(bytes)
                    case .data(let bytes):
                        settings += bytes
                        guard settings.count <= Self.settingsLimit else {
                            throw RequestProblem.bodyTooLarge(limit: Self.settingsLimit)
                        }
                    case .endOfPart: continue
                    }
                }
            }
            try reader.finish()
        } catch let error as MultipartReader.Malformed {
            throw RequestProblem.invalidField("body", message: error.message)
        }
        guard seen.contains("file") else { throw RequestProblem.missingField("file") }
        self.settings = seen.contains("settings") ? settings : Array("{}".utf8)
        self.file = file
    }
}

extension ListUpload: AsyncSequence {
    func makeAsyncIterator() -> ScratchFile.Iterator { file.makeAsyncIterator() }
}
