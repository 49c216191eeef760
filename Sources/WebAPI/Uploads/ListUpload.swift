import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A list of contacts that came with a request, kept in a file for as long as the request lasts: nothing is begun before all of it is there, and
/// memory holds a piece of it at a time.
struct ListUpload: Sendable {
    /// In bytes.
    static let sizeLimit = 256 * 1024 * 1024
    private static let settingsLimit = 256 * 1024
    private static let chunk = 64 * 1024

    /// What came beside the file, as a JSON object. `{}` if nothing did.
    let settings: [UInt8]
    fileprivate let path: String

    /// Takes `multipart/form-data` with a part `file` and, before or after it, a part `settings`, gives `use` what came, and keeps nothing.
    static func with<Result>(
        _ request: Request,
        _ use: (ListUpload) async throws -> Result
    ) async throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let upload = try await ListUpload(request, path: path)
        return try await use(upload)
    }

    private init(_ request: Request, path: String) async throws {
        guard request.mediaType == "multipart/form-data",
            var reader = request.headers[.contentType].flatMap(MultipartReader.init(contentType:))
        else { throw RequestProblem.unsupportedMediaType(accepted: ["multipart/form-data"]) }
        // Nobody else on this machine may read what is in it.
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        defer { try? file.close() }
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
                    case .data(let bytes) where seen.last == "file": try file.write(contentsOf: Data(bytes))
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
        self.path = path
    }
}

extension ListUpload: AsyncSequence {
    func makeAsyncIterator() -> Iterator { Iterator(file: FileHandle(forReadingAtPath: path)) }

    struct Iterator: AsyncIteratorProtocol {
        /// Nil if it cannot be opened.
        let file: FileHandle?

        mutating func next() async throws -> Data? {
            guard let file else { throw CocoaError(.fileReadUnknown) }
            guard let chunk = try file.read(upToCount: ListUpload.chunk), !chunk.isEmpty else {
                try file.close()
                return nil
            }
            return chunk
        }
    }
}
