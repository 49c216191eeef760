import Calls

/// The columns of a batch's list as they were, for whoever gives results back.
struct ListColumns: Sendable {
    /// Empty: what the contacts were made of did not come from a file.
    private let columns: [String]

    init(_ columns: [String]) {
        self.columns = columns
    }

    var names: [String] { columns.isEmpty ? ["phone", "metadata"] : columns }

    /// A row that was added later has no cells of its own.
    func cells(of contact: Contact) -> [String] {
        guard !columns.isEmpty else { return [contact.listed.phone.description, metadata(of: contact)] }
        let given = contact.listed.cells ?? []
        return columns.indices.map { given.indices.contains($0) ? given[$0] : "" }
    }

    private func metadata(of contact: Contact) -> String {
        if let metadata = contact.listed.metadata { return metadata }
        guard !contact.listed.variables.isEmpty, let data = try? WireEncoder.verbatim.data(contact.listed.variables)
        else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
