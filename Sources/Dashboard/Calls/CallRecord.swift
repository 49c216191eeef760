import Audio
import Calls
import Engine
import Telephony

/// Everything that the page of a call shows.
struct CallRecord {
    var call: Call
    /// Changes of its status, oldest first.
    var statuses: [CallEvent]
    var transcript: [TranscriptEntry]
    var waveform: Waveform?
    var decisions: (past: [GateDecision], present: GateDecision?)
    var deliveries: [WebhookDelivery]
    var trace: [SIPMessage]

    init(_ id: Call.ID, _ engine: CallEngine, _ peaks: RecordingPeaks, project: Project.ID) async throws {
        call = try await engine.calls.call(id, project: project)
        statuses = try await engine.calls.statuses(of: [call])[id] ?? []
        transcript = try await engine.calls.transcript(id, project: project)
        decisions = try await engine.calls.decisions(of: id, project: project)
        deliveries = try await engine.webhooks.deliveries(of: id, project: project)
        trace = try await engine.calls.trace(id, project: project)
        if call.recorded, let path = try? await engine.calls.recordingPath(id, project: project) {
            waveform = await peaks.waveform(at: path)
        }
    }

    var isLive: Bool { !call.lifecycle.status.isFinal }
}
