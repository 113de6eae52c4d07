/** A key that the server keeps and never shows: what is left empty changes nothing. */
define('modules/ksef/views/admin/fields/api-key', [
    'views/fields/password',
    'modules/ksef/ui/revealed-input',
], (Password, revealedInput) => class extends Password {
    editTemplateContent = revealedInput.template

    setup() {
        super.setup();
        this.addActionHandler('reveal', () => revealedInput.toggle(this.$el));
        this.listenTo(this.model, 'after:save', () => this.forget());
    }

    data() {
        return {
            ...super.data(),
            placeholder: this.translate('bridgeApiKeyKept', 'messages', 'Settings'),
            revealText: this.translate('revealSecret', 'messages', 'KsefProfile'),
        };
    }

    /** After a save neither the form nor the client's copy of the settings holds the key. */
    forget() {
        this.model.unset(this.name, {silent: true});
        this.getConfig().unset(this.name, {silent: true});
        this.$el.find('input').val('');
    }

    fetch() {
        const key = this.$el.find('input').val().trim();

        return key ? {[this.name]: key} : {};
    }
});
