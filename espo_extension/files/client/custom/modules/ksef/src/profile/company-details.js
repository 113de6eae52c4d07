/** A company's details out of the Ministry's list of VAT payers, put into a profile. */
define('modules/ksef/profile/company-details', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/markdown',
    'modules/ksef/record/action',
    'modules/ksef/ui/notice',
], ({messagesOf}, markdown, recordAction, notice) => {
    const scope = 'KsefProfile';
    const fields = ['companyName', 'address', 'regon', 'krsNumber'];

    /**
     * What the list says beside what a profile has.
     *
     * @param {Object.<string, ?string>} found
     * @param {function(string): ?string} current Gives what the profile has.
     * @returns {{missing: Object.<string, string>, other: Object.<string, string>}} What the profile lacks, and what
     *     stands there otherwise. A name that is but the NIP was given by nobody.
     */
    const compare = (found, current) => {
        const compared = {missing: {}, other: {}};

        for (const name of fields.filter(each => found[each] && found[each] !== current(each))) {
            compared[current(name) ? 'other' : 'missing'][name] = found[name];
        }

        if (found.companyName && current('name') === current('nip')) {
            compared.missing.name = found.companyName;
        }

        return compared;
    };

    const question = (view, values) => {
        const line = ([name, value]) => {
            const label = markdown.escape(view.translate(name, 'fields', scope));

            return `* ${label}: ${markdown.escape(view.model.get(name))} → **${markdown.escape(value)}**`;
        };

        return `${markdown.escape(messagesOf(view)('replaceCompanyDetails'))}\n\n` +
            Object.entries(values).map(line).join('\n');
    };

    /** Into the form, or, on the page of a profile, into the profile. */
    const take = async (view, values) => {
        const {model} = view;

        if (!Object.keys(values).length) {
            return true;
        }

        if (view.isEditMode()) {
            model.set(values);

            return true;
        }

        const text = messagesOf(view);
        const saved = await recordAction.send(view, 'PUT', `${scope}/${model.id}`, {
            progress: text('saveCompanyDetailsProgress'),
            failure: text('saveCompanyDetailsFailed'),
        }, values);

        await recordAction.readAgain(view);

        return !!saved;
    };

    const done = (view, found, key) => {
        const text = messagesOf(view);
        const status = found.vatStatus ? text(`vatStatus_${found.vatStatus}`) : '';

        notice.done(text(key, {day: view.getDateTime().toDisplayDate(found.asOf), status}).trim());
    };

    return {
        compare,

        /**
         * Ask the list; what is empty is filled in, what stands there otherwise is replaced by whoever says so.
         *
         * @param {Object} view A field view of the profile.
         */
        fetch: async view => {
            const {model} = view;
            const text = messagesOf(view);
            const nip = model.get('nip');

            const found = await recordAction.send(view, 'GET', `KsefBridge/companies/${encodeURIComponent(nip)}`, {
                progress: text('fetchCompanyDetailsProgress', {nip}),
                failure: text('fetchCompanyDetailsFailed', {nip}),
            });

            if (!found) {
                return;
            }

            const {missing, other} = compare(found, name => model.get(name));

            if (!await take(view, missing)) {
                return;
            }

            if (Object.keys(other).length) {
                notice.end();
                await view.confirm({
                    message: question(view, other),
                    confirmText: view.translate('Replace Details', 'labels', scope),
                });

                if (!await take(view, other)) {
                    return;
                }
            }

            done(view, found, Object.keys({...missing, ...other}).length ? 'companyDetailsFetched' : 'companyDetailsSame');
        },
    };
});
