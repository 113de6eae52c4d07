/** The password of a key file. It is stored nowhere, so there is never an old one to be changed. */
define('modules/ksef/views/ksef-certificate/fields/password', ['views/fields/password'], Password => class extends Password {
    inlineEditDisabled = true

    editTemplateContent = `
        <input
            type="password"
            class="main-element form-control"
            data-name="{{name}}"
            autocomplete="new-password"
            spellcheck="false"
        >
        <div class="small text-muted">{{hintText}}</div>`

    data() {
        return {...super.data(), hintText: this.translate('passwordHint', 'messages', 'KsefCertificate')};
    }

    fetch() {
        // Blanks at the ends may belong to it.
        return {[this.name]: this.$el.find('input').val() || null};
    }
});
