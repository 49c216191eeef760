package import Calls
import Storage

extension CallControl {
    /// Writes down who or what really answered a call, whatever was taken to have; nil takes it back. Throws `Refusal.callNotAnswered`.
    package func label(_ id: Call.ID, as label: Reached?, project: Project.ID) async throws -> Call {
        if let label, !Reached.answering.contains(label) {
            let words = Reached.answering.map(\.rawValue).joined(separator: ", ")
            throw Refusal.invalid(field: "label", message: "Expected one of \(words), or null")
        }
        _ = try await call(id, project: project)
        guard let call = try await floor.store.label(id, project: project, as: label) else {
            throw Refusal.callNotAnswered
        }
        return call
    }
}
