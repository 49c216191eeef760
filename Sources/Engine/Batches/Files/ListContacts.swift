package import Calls
import Digests
import FoundationEssentials
import Storage

/// The contacts of a list that comes as a file, to make a batch of: each as it is read.
///
/// Throws `Refusal.invalid` that names line and column at the first row that is no contact or lacks a value that the agent needs, unless such
/// rows are to be left out. Numbers that stand twice are handed on: whoever makes the batch knows what to do with them.
package struct ListContacts<Chunks: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Chunks.Element: Sequence<UInt8> {
    private let chunks: Chunks
    private let options: ContactFile.Options
    private let leavesOutFaulty: Bool
    private let required: [String]
    private let now: Date

    /// `required` are the variables that a row has to have.
    init(
        _ chunks: Chunks,
        options: ContactFile.Options,
        leavesOutFaulty: Bool,
        required: [String],
        now: Date
    ) {
        self.chunks = chunks
        self.options = options
        self.leavesOutFaulty = leavesOutFaulty
        self.required = required
        self.now = now
    }

    package func makeAsyncIterator() -> Iterator { Iterator(list: self, chunks: chunks.makeAsyncIterator()) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let list: ListContacts
        fileprivate var chunks: Chunks.AsyncIterator
        private var file: ContactFile?
        private var rows: ArraySlice<ContactRow> = []
        private var isOver = false

        fileprivate init(list: ListContacts, chunks: Chunks.AsyncIterator) {
            self.list = list
            self.chunks = chunks
        }

        package mutating func next() async throws -> NewContact? {
            try await next(isolation: nil)
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws -> NewContact? {
            while true {
                while let row = rows.popFirst() {
                    if let contact = try list.contact(of: row) { return contact }
                }
                guard !isOver else { return nil }
                var file = try self.file ?? ContactFile(list.options, allowsDuplicates: true, now: list.now)
                if let chunk = try await chunks.next(isolation: actor) {
                    rows = try file.read(chunk)[...]
                } else {
                    rows = try file.finish()[...]
                    isOver = true
                }
                self.file = file
            }
        }
    }

    private func contact(of row: ContactRow) throws(Refusal) -> NewContact? {
        switch row.outcome {
        case .contact(var contact):
            let missing = required.filter { contact.variables[$0] == nil }
            guard missing.isEmpty else {
                if leavesOutFaulty { return nil }
                let names = missing.joined(separator: ", ")
                throw .invalid(field: "line \(row.line)", message: "the agent needs a value for \(names)")
            }
            contact.cells = row.cells
            return contact
        case .duplicate(let contact, _): return contact
        case .faulty(let problems):
            if leavesOutFaulty { return nil }
            let column = problems.first?.column.map { ", \($0)" } ?? ""
            throw .invalid(
                field: "line \(row.line)\(column)",
                message: problems.first?.message ?? "this is no contact"
            )
        }
    }
}

extension BatchControl {
    /// The contacts of `file` for `make`, with the columns that it has. Throws `Refusal.invalid` for a file that is no list of contacts.
    package func contacts<Chunks: AsyncSequence & Sendable>(
        in file: Chunks,
        options: ContactFile.Options,
        leavesOutFaulty: Bool,
        for new: NewBatch,
        project: Project.ID
    ) async throws -> (contacts: ListContacts<Chunks>, columns: [String]) where Chunks.Element: Sequence<UInt8> {
        guard let (agent, _) = try await agents.agent(new.agent, project: project) else {
            throw Refusal.unknownAgent(new.agent)
        }
        // The names of the columns stand at the beginning, however long the rest is.
        var head = try ContactFile(options, allowsDuplicates: true, now: now)
        for try await chunk in file {
            _ = try head.read(chunk)
            if head.columns != nil { break }
        }
        if head.columns == nil { _ = try head.finish() }
        let contacts = ListContacts(
            file,
            options: options,
            leavesOutFaulty: leavesOutFaulty,
            required: RowJudge.required(by: agent, new.settings),
            now: now
        )
        return (contacts, head.columns?.names ?? [])
    }
}

/// Tells one file from another.
package enum ListDigest {
    /// The same for the same bytes in the same pieces.
    package static func of<Chunks: AsyncSequence>(_ chunks: Chunks) async throws -> String
    where Chunks.Element: Sequence<UInt8> {
        var digest: [UInt8] = []
        for try await chunk in chunks { digest = SHA256.hash(digest + Array(chunk)) }
        return digest.map(String.init).joined(separator: ".")
    }
}
