/// Where the time went between the callee's last sound and the agent's first one in return. Its parts add up to the gap on the recording.
package struct TurnTiming: Sendable, Hashable, Codable {
    /// When the callee's speech ended, in ms on the recording.
    package var at: Int
    /// Until it was decided that the callee is done, in ms.
    package var endpointing: Int
    /// Until the words were there, in ms.
    package var recognition: Int
    /// Until the model's first words were there, in ms. With tools, until the first words that are spoken.
    package var model: Int
    /// Until there was sound of the first sentence, in ms.
    package var voice: Int
    /// Until that sound went out, in ms: what was being said before comes first.
    package var playout: Int
    /// Whether something was said to bridge the wait.
    package var isBridged: Bool

    /// The whole of it, in ms.
    package var gap: Int { endpointing + recognition + model + voice + playout }

    package init(
        at: Int,
        endpointing: Int,
        recognition: Int,
        model: Int,
        voice: Int,
        playout: Int,
        isBridged: Bool = false
    ) {
        self.at = at
        self.endpointing = endpointing
        self.recognition = recognition
        self.model = model
        self.voice = voice
        self.playout = playout
        self.isBridged = isBridged
    }
}
