import Hummingbird
import NIOCore

/// Takes a `multipart/form-data` request apart as it comes in: its part `file` goes into a file without a name, the others into memory.
struct UploadReader {
    /// The most that a whole request may have, in bytes.
    static let sizeLimit = 256 * 1024 * 1024
    /// The most that everything beside the file may have, in bytes.
    static let fieldLimit = 256 * 1024

    static let fileName = "file"

    /// The parts beside the file, in the order in which they came.
    private(set) var fields: [(name: String, value: [UInt8])] = []
    /// Nil until its part begins.
    private(set) var file: ScratchFile?
    private(set) var fileSize = 0
    private var isInFile = false
    private var fieldSize = 0

    /// `admit` is asked before each part, by its name and with the fields that were read so far: what it throws ends the upload there.
    mutating func read(
        _ request: Request,
        admit: (_ name: String, _ fields: [(name: String, value: [UInt8])]) throws -> Void
    ) async throws {
        guard request.mediaType == "multipart/form-data",
            var reader = request.headers[.contentType].flatMap(MultipartReader.init(contentType:))
        else { throw RequestProblem.unsupportedMediaType(accepted: ["multipart/form-data"]) }
        var size = 0
        do {
            for try await part in request.body {
                size += part.readableBytes
                guard size <= Self.sizeLimit else { throw RequestProblem.bodyTooLarge(limit: Self.sizeLimit) }
                for event in try reader.read(part.readableBytesView) { try take(event, admit) }
            }
            try reader.finish()
        } catch let error as MultipartReader.Malformed {
            throw RequestProblem.invalidField("body", message: error.message)
        }
    }

    private mutating func take(
        _ event: MultipartReader.Event,
        _ admit: (String, [(name: String, value: [UInt8])]) throws -> Void
    ) throws {
        switch event {
        case .part(let name):
            try admit(name, fields)
            isInFile = name == Self.fileName
            if isInFile { file = try ScratchFile() } else { fields.append((name, [])) }
        case .data(let bytes) where isInFile:
            fileSize += bytes.count
            try file?.append(bytes)
        case .data(let bytes):
            fieldSize += bytes.count
            guard fieldSize <= Self.fieldLimit else { throw RequestProblem.bodyTooLarge(limit: Self.fieldLimit) }
            fields[fields.count - 1].value += bytes
        case .endOfPart: isInFile = false
        }
    }
}
