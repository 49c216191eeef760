import Foundation
import Synchronization

/// A file without a name, for what is too long for memory: it is gone when nobody holds it any more, or the process dies.
final class ScratchFile: Sendable {
    private static let chunk = 64 * 1024

    private let file: Mutex<FileHandle>

    init() throws {
        let files = FileManager.default
        let path = files.temporaryDirectory.appending(path: "trunkline-\(UUID())").path
        // Nobody else on this machine may read what is in it.
        guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forUpdatingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        self.file = Mutex(file)
        try files.removeItem(atPath: path)
    }

    /// Behind what is there already.
    func append(_ bytes: some Sequence<UInt8>) throws {
        try file.withLock { file in
            try file.seekToEnd()
            try file.write(contentsOf: Data(bytes))
        }
    }

    /// Nil at the end.
    fileprivate func read(at place: Int) throws -> Data? {
        try file.withLock { file in
            try file.seek(toOffset: UInt64(place))
            return try file.read(upToCount: Self.chunk)
        }
    }
}

extension ScratchFile: AsyncSequence {
    /// From its beginning, piece by piece; as often as it is asked for.
    func makeAsyncIterator() -> Iterator { Iterator(file: self) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let file: ScratchFile
        private var place = 0

        fileprivate init(file: ScratchFile) {
            self.file = file
        }

        mutating func next() async throws -> Data? {
            guard let data = try file.read(at: place), !data.isEmpty else { return nil }
            place += data.count
            return data
        }
    }
}
