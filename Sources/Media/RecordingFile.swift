import Audio
import Glibc
import Synchronization

/// A stereo WAV file that grows: callee left, agent right, 8 kHz, 16 bits.
///
/// It is written to `path.part`, whose header is brought up to date with every second of audio, and renamed at the end. So `path` is always
/// a whole recording, and what a crash leaves behind can be played to within a second of it.
///
/// `@unchecked Sendable`: descriptor and length belong to the writer's thread.
final class RecordingFile: @unchecked Sendable {
    let path: String

    private let state = Mutex(RecordingOutcome.none)
    private var descriptor: Int32 = -1
    /// Samples per channel.
    private var length = 0

    private static let headerLength = 44

    init(path: String) {
        self.path = path
    }

    /// Renames what a dead process left of `path`, which has whole seconds of audio under a header that says so. True if `path` is there.
    static func recover(_ path: String) -> Bool {
        rename(part(of: path), path) == 0 || access(path, F_OK) == 0
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    var outcome: RecordingOutcome { state.withLock { $0 } }

    private var partPath: String { Self.part(of: path) }

    private static func part(of path: String) -> String { path + ".part" }

    /// The first failure is kept; nothing is written after it.
    func fail(_ reason: String) {
        state.withLock { outcome in
            if case .failed = outcome { return }
            outcome = .failed(reason)
        }
    }

    /// The file is made by the first samples: a call that is never answered leaves none.
    func append(_ pairs: [Int16]) {
        guard !pairs.isEmpty, !hasFailed else { return }
        if descriptor < 0, !create() { return }
        let isWritten = pairs.withUnsafeBytes { write($0, at: Self.headerLength + length * 4) }
        guard isWritten else { return }
        length += pairs.count / 2
        writeHeader()
    }

    func finish() {
        guard descriptor >= 0 else { return }
        let isClosed = close(descriptor) == 0
        descriptor = -1
        guard !hasFailed else { return }
        guard isClosed, rename(partPath, path) == 0 else {
            return fail("Cannot finish \(path): \(String(cString: strerror(errno)))")
        }
        state.withLock { $0 = .complete(samples: length) }
    }

    private var hasFailed: Bool {
        if case .failed = outcome { true } else { false }
    }

    private func create() -> Bool {
        descriptor = open(partPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            fail("Cannot create \(partPath): \(String(cString: strerror(errno)))")
            return false
        }
        state.withLock { $0 = .running }
        return writeHeader()
    }

    @discardableResult
    private func writeHeader() -> Bool {
        let header = WAVHeader.pcm16(sampleRate: 8_000, channels: 2, dataBytes: length * 4)
        return header.withUnsafeBytes { write($0, at: 0) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                fail("Cannot write \(partPath): \(String(cString: strerror(errno)))")
                return false
            }
            done += count
        }
        return true
    }
}
