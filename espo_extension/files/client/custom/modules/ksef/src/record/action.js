/** A button that asks the server to do something with the record on the page. */
define('modules/ksef/record/action', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/notice',
], ({fill, messagesOf}, notice) => {
    /** What EspoCRM itself speaks of: a lost session, no connection. */
    const leftToEspo = [0, 401];

    const requests = {
        GET: address => Espo.Ajax.getRequest(address),
        POST: (address, body) => Espo.Ajax.postRequest(address, body),
        PUT: (address, body) => Espo.Ajax.putRequest(address, body),
    };

    /**
     * The server's text, which is Markdown, else that it gave none.
     *
     * @param {{status: number, responseText: string}} xhr
     * @param {Object} view Any view.
     * @returns {string}
     */
    const explanation = (xhr, view) => {
        const unexplained = fill(view.translate('serverGaveNoReason', 'messages', 'KsefProfile'), {status: xhr.status});

        try {
            return JSON.parse(xhr.responseText).message || unexplained;
        } catch {
            return unexplained;
        }
    };

    /**
     * Send, showing that it is under way, and what it was refused for.
     *
     * @param {Object} view Any view.
     * @param {'GET'|'POST'|'PUT'} method
     * @param {string} address
     * @param {{progress: ?string, failure: string}} texts Without a progress the page itself shows it.
     * @param {Object} [body]
     * @returns {Promise<Object|null>} The answer; null after a refusal, which was shown.
     */
    const send = async (view, method, address, {progress, failure}, body = {}) => {
        if (progress) {
            notice.wait(progress);
        }

        try {
            const answer = await requests[method](address, body);

            if (progress) {
                notice.end();
            }

            return answer;
        } catch (xhr) {
            if (xhr instanceof Error) {
                throw xhr;
            }

            if (!leftToEspo.includes(xhr.status)) {
                xhr.errorIsHandled = true;
                notice.fail(failure, explanation(xhr, view));
            }

            return null;
        }
    };

    /** The action is the last part of the address, and names its texts, in which what is sent may be told. */
    const sendOfRecord = (view, method, action, body, isInPlace = false) => {
        const {model} = view;
        const text = messagesOf(view);

        return send(view, method, `${model.entityType}/${model.id}/${action}`, {
            progress: isInPlace ? null : text(`${action}Progress`, body),
            failure: text(`${action}Failed`, body),
        }, body);
    };

    return {
        send,

        /**
         * Send, and say nothing of a refusal: what is said already stays.
         *
         * @param {string} address
         * @param {Object} [body]
         * @param {'GET'|'POST'} [method]
         * @returns {Promise<Object|null>} The answer; null after a refusal.
         */
        askQuietly: async (address, body = {}, method = 'POST') => {
            try {
                return await requests[method](address, body);
            } catch (xhr) {
                if (xhr instanceof Error) {
                    throw xhr;
                }

                xhr.errorIsHandled = !leftToEspo.includes(xhr.status);

                return null;
            }
        },

        explanation,

        /**
         * @param {Object} view The view with the record.
         * @param {string} action
         * @returns {Promise<Object|null>} As of `send`.
         */
        get: (view, action) => sendOfRecord(view, 'GET', action),

        /**
         * Post, and leave it to the caller to read the record again.
         *
         * @param {Object} view The view with the record.
         * @param {string} action
         * @param {boolean} isInPlace Whether the page itself shows that it is under way.
         * @returns {Promise<Object|null>} As of `send`.
         */
        ask: (view, action, isInPlace) => sendOfRecord(view, 'POST', action, {}, isInPlace),

        /** What the record is by now; EspoCRM itself says why it cannot be read. */
        readAgain: async view => {
            try {
                await view.model.fetch();
            } catch {
                // Said.
            }
        },

        /**
         * Post, then read the record again, whatever came of it.
         *
         * @param {Object} view The view with the record.
         * @param {string} action
         * @param {Object} [body]
         * @returns {Promise<Object|null>} As of `send`.
         */
        post: async (view, action, body) => {
            try {
                return await sendOfRecord(view, 'POST', action, body);
            } finally {
                view.model.fetch();
            }
        },
    };
});
