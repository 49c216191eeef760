import Synchronization

/// The thread that waits for the disk, so that nobody else does.
final class RecordingWriter: Sendable {
    private enum Job {
        case write([Int16], RecordingFile)
        case finish([Int16], RecordingFile, StreamShared)
    }

    private struct Mailbox {
        var jobs: [Job] = []
        /// Samples in `jobs`.
        var waiting = 0
        var isStopping = false
    }

    private let mailbox = Mutex(Mailbox())
    private let wake: WakeUp

    /// 64 MB. When the disk is that far behind, recordings lose samples rather than the process its memory.
    private static let mostWaiting = 32_000_000

    init() throws(MediaError) {
        wake = try WakeUp()
    }

    func write(_ pairs: [Int16], to file: RecordingFile) {
        mailbox.withLock { mailbox in
            if mailbox.waiting > Self.mostWaiting {
                file.fail("The disk cannot keep up with the recordings")
            } else {
                mailbox.jobs.append(.write(pairs, file))
                mailbox.waiting += pairs.count
            }
        }
        wake.signal()
    }

    /// The stream is closed once its file is.
    func finish(_ track: RecordingTrack, of stream: StreamShared) {
        mailbox.withLock { mailbox in
            mailbox.jobs.append(.finish(track.pairs, track.file, stream))
            mailbox.waiting += track.pairs.count
        }
        wake.signal()
    }

    func stop() {
        mailbox.withLock { $0.isStopping = true }
        wake.signal()
    }

    /// The body of the thread. Returns after `stop`, with everything written.
    func run() {
        while true {
            let (jobs, isStopping) = mailbox.withLock { mailbox in
                defer {
                    mailbox.jobs = []
                    mailbox.waiting = 0
                }
                return (mailbox.jobs, mailbox.isStopping)
            }
            for job in jobs { carryOut(job) }
            if jobs.isEmpty {
                if isStopping { return }
                wake.wait()
            }
        }
    }

    private func carryOut(_ job: Job) {
        switch job {
        case .write(let pairs, let file): file.append(pairs)
        case .finish(let pairs, let file, let stream):
            file.append(pairs)
            file.finish()
            stream.markClosed()
        }
    }
}
