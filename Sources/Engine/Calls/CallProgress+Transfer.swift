import Calls
import Conversation

// Handing the callee over.
extension CallProgress {
    /// Asks the far end for it, unless that is a number which may not be called.
    mutating func handOver(to destination: TransferDestination) async throws -> [CallRun.Work] {
        transfer = destination
        if let objection = try await floor.objection(to: destination, on: call) {
            try await handedOver(TransferOutcome(.refused, reason: objection.reason))
            return []
        }
        return leg.map { [.transfer(destination, $0)] } ?? []
    }

    /// It is known what became of it.
    mutating func handedOver(_ outcome: TransferOutcome) async throws {
        guard let transfer else { return }
        self.transfer = nil
        try await tell(.transferred(outcome, to: transfer.name, on: call, at: floor.timing.now()))
        converse(.transferred(outcome))
    }
}
