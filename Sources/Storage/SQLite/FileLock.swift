import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Another server has the database open.
package struct DatabaseInUse: Error, CustomStringConvertible {
    package var path: String
    /// The process that has it, as far as the lock file tells.
    package var process: String

    package var description: String {
        "The database is in use by another server (process \(process), lock \(path)): stop that one, or give this one another data directory"
    }
}

/// A file beside the database cannot be opened.
package struct DatabaseUnavailable: Error, CustomStringConvertible {
    package var path: String
    package var reason: String

    package var description: String { "Cannot open \(path): \(reason)" }
}

/// A lock that ends with the process, however it dies: `flock` on a file beside the database.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseUnavailable(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(descriptor, &text, text.count))
            close(descriptor)
            let process = String(decoding: text.prefix(count), as: UTF8.self)
            throw DatabaseInUse(path: path, process: process.isEmpty ? "unknown" : process)
        }
        let process = Array("\(getpid())".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, process, process.count, 0)
        self.descriptor = Mutex(descriptor)
    }

    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    deinit {
        release()
    }
}
