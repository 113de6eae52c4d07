/** A button that asks the server to do something with the record on the page. */
define('modules/ksef/record-action', ['modules/ksef/notice'], notice => {
    const explained = [400, 409, 503];

    const explanation = xhr => {
        if (!explained.includes(xhr?.status)) {
            return null;
        }

        try {
            return JSON.parse(xhr.responseText).message || null;
        } catch {
            return null;
        }
    };

    return {
        /**
         * Post, then read the record again, whatever came of it.
         *
         * @param {Object} view The view with the record.
         * @param {string} action The last part of the address.
         * @param {{progress: string, failure: string}} texts
         * @returns {Promise<Object|null>} The answer; null after a refusal, which was shown.
         */
        post: async (view, action, {progress, failure}) => {
            const {model} = view;

            notice.wait(progress);

            try {
                const answer = await Espo.Ajax.postRequest(`${model.entityType}/${model.id}/${action}`, {});

                notice.end();

                return answer;
            } catch (xhr) {
                const text = explanation(xhr);

                if (text === null) {
                    // EspoCRM itself speaks of time-outs, lost sessions and the like.
                    return null;
                }

                xhr.errorIsHandled = true;
                notice.fail(failure, text);

                return null;
            } finally {
                model.fetch();
            }
        },
    };
});
