/** What a form says is wrong, taken back as soon as it is mended. */
define('modules/ksef/form-faults', [], () => {
    const forget = field => {
        field.get$cell().removeClass('has-error');
        // EspoCRM takes a field's message away when the field is clicked.
        field.$el.closest('.field').triggerHandler('mousedown');
    };

    return {
        /** @param {Object} view A record view. */
        watch: view => {
            const fields = () => Object.values(view.getFieldViews() || {});

            view.listenTo(view.model, 'change', model => fields()
                .filter(field => field.getAttributeList().some(attribute => model.hasChanged(attribute)))
                .forEach(forget));
            view.listenTo(view.model, 'before:save', () => fields().forEach(forget));
        },
    };
});
