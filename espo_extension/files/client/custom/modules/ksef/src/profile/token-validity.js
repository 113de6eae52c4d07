/** Until when KSeF tokens may be used, as the bridge is told. */
define('modules/ksef/profile/token-validity', [
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/element',
], (MessageText, {element}) => {
    /** By the list or record on the page, for which it is asked once. */
    const asked = new WeakMap();

    const load = async () => {
        try {
            return (await Espo.Ajax.getRequest('KsefBridge/tokenValidity')).findings;
        } catch {
            // EspoCRM itself says why it did not answer.
            return [];
        }
    };

    return {
        /** @returns {Promise<Object[]>} Findings; none while the bridge is away. */
        load,

        /**
         * @param {Object} model A KsefProfile, perhaps one of many in a list.
         * @returns {Promise<Object[]>} As of `load`.
         */
        loadOnce: model => {
            const page = model.collection || model;

            if (!asked.has(page)) {
                asked.set(page, load());
            }

            return asked.get(page);
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
    };
});
