extension AnswerEvidence {
    /// Why there is nobody to talk to and no mailbox either, by the tones of the network or of a fax. Nil: none says so.
    package var deadEnd: EndReason? {
        tones.lazy.compactMap(reason).first
    }

    private func reason(_ tone: HeardTone) -> EndReason? {
        switch tone.kind {
        case .specialInformation: .notInService
        case .noCircuit: .carrierFailure
        case .faxAnswering, .faxCalling: .fax
        // Behind words it is the end of them: a line that was hung up. One alone may be something else.
        case .busy where isFirstSound(tone) && tones.count { $0.kind == .busy } >= 2: .busy
        case .busy, .beep, .ringback, .dialTone, .key: nil
        }
    }

    private func isFirstSound(_ tone: HeardTone) -> Bool {
        !speech.contains { $0.start < tone.start }
    }
}
