/** Until when KSeF tokens may be used, as the bridge is told. */
define('modules/ksef/profile/token-validity', [
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/element',
], (MessageText, {element}) => ({
    /** @returns {Promise<Object[]>} Findings; none while the bridge is away. */
    load: async () => {
        try {
            return (await Espo.Ajax.getRequest('KsefBridge/tokenValidity')).findings;
        } catch {
            // EspoCRM itself says why it did not answer.
            return [];
        }
    },

    /**
     * @param {Object} view Any view.
     * @param {Object[]} findings
     * @returns {HTMLElement[]}
     */
    lines: (view, findings) => {
        const texts = MessageText.of(view);

        return findings.map(each => element('p', 'ksef-token-validity small text-info', ...texts.nodes(each)));
    },
}));
